-- Evenkeel's outbox and inbox for MariaDB 10.6, MySQL 8.0.1, or newer.
CREATE TABLE evenkeel_outbox (
  id          BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
  message_id  VARCHAR(255)  NOT NULL UNIQUE,
  topic       VARCHAR(255)  NOT NULL,
  message_key VARCHAR(255),            -- messages of one key keep their order; null: no order
  headers     VARCHAR(8000) NOT NULL,  -- trace, deadline, criticality, idempotency key
  body        LONGBLOB      NOT NULL,
  created_at  BIGINT        NOT NULL,  -- milliseconds since 1970, by this server's clock
  next_at     BIGINT        NOT NULL,  -- not to be tried before
  failures    INT           NOT NULL DEFAULT 0,
  set_aside   BOOLEAN       NOT NULL DEFAULT FALSE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin; -- ids differ by case
CREATE INDEX evenkeel_outbox_due ON evenkeel_outbox (set_aside, id);
CREATE INDEX evenkeel_outbox_key ON evenkeel_outbox (message_key, next_at);

CREATE TABLE evenkeel_inbox (
  consumer    VARCHAR(255) NOT NULL,
  message_id  VARCHAR(255) NOT NULL,
  received_at BIGINT       NOT NULL,
  PRIMARY KEY (consumer, message_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin; -- ids differ by case
CREATE INDEX evenkeel_inbox_age ON evenkeel_inbox (received_at);
