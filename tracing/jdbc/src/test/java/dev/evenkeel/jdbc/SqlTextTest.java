package dev.evenkeel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What telemetry says of a statement. */
class SqlTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT * FROM orders WHERE id = 42|SELECT * FROM orders WHERE id = ?|SELECT orders",
        "select a from t where n='O''Brien' and x=-1.5e+3|select a from t where n=? and x=-?|SELECT t",
        "INSERT INTO shop.orders(a,b) VALUES ('x',2)|INSERT INTO shop.orders(a,b) VALUES (?,?)|INSERT shop.orders",
        "UPDATE t2 SET a=$1 WHERE b=?|UPDATE t2 SET a=$1 WHERE b=?|UPDATE t2",
        "DELETE FROM ONLY t|DELETE FROM ONLY t|DELETE t",
        "SELECT 1 FROM a JOIN b ON a.i=b.i|SELECT ? FROM a JOIN b ON a.i=b.i|SELECT a b",
        "SELECT x FROM (SELECT y FROM u) v FOR UPDATE|SELECT x FROM (SELECT y FROM u) v FOR UPDATE|SELECT SELECT u",
        "INSERT INTO t SELECT * FROM s|INSERT INTO t SELECT * FROM s|INSERT t SELECT s",
        "CREATE TABLE IF NOT EXISTS t (a INT)|CREATE TABLE IF NOT EXISTS t (a INT)|CREATE t",
        "INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a=2|INSERT INTO t VALUES (?) ON CONFLICT DO UPDATE SET a=?|INSERT t",
        "SET x = 1|SET x = ?|SET",
        "SELECT E'a\\'b', N'c' FROM \"T 1\"|SELECT ?, ? FROM \"T 1\"|SELECT \"T 1\"",
        "SELECT $tag$secret 'x'$tag$, $$y$$|SELECT ?, ?|SELECT",
        "SELECT 1 -- pin 1234|SELECT ?|SELECT",
        "SELECT /* a /* b */ 'c' */ 2|SELECT ?|SELECT",
        "SELECT 'not ended|SELECT ?|SELECT",
        "SELECT 1 /* not ended 55|SELECT ?|SELECT",
        "SELECT 'C:\\' , 'next'|SELECT ? , ?|SELECT"
      })
  void literalsAndCommentsAreGone_andItIsSummedUp(String sql, String redacted, String summary) {
    SqlText text = SqlText.of(sql, false);
    assertThat(text.redacted()).isEqualTo(redacted);
    assertThat(text.summary()).isEqualTo(summary);
  }

  @Test
  void mySqlsOwnTexts_areGone() {
    SqlText text = SqlText.of("SELECT \"a\\\"b\", 'c\\'d' FROM `t` # secret", true);
    assertThat(text.redacted()).isEqualTo("SELECT ?, ? FROM `t`");
  }

  @Test
  void oneTable_isTheCollection() {
    assertThat(SqlText.of("SELECT * FROM a", false).collection()).isEqualTo("a");
    assertThat(SqlText.of("SELECT * FROM a, b JOIN c", false).collection()).isNull();
    assertThat(SqlText.of("", false).operation()).isNull();
    assertThat(SqlText.of("", false).summary()).isEmpty();
  }

  @Property
  void whateverStandsInAText_isNotShown(@ForAll @StringLength(max = 40) String secret) {
    String literal = "'SECRET" + secret.replace("'", "''") + "SECRET'";
    assertThat(SqlText.of("SELECT " + literal + " FROM t WHERE a = 7", false).redacted())
        .isEqualTo("SELECT ? FROM t WHERE a = ?");
  }

  @Property
  void anything_isReadToItsEnd(@ForAll String sql, @ForAll boolean mySql) {
    SqlText text = SqlText.of(sql, mySql);
    assertThat(text.summary().length()).isLessThanOrEqualTo(255);
    assertThat(text.redacted()).isNotNull();
  }

  @Test
  void longStatement_isCut() {
    String sql = "SELECT a FROM t WHERE x IN ('" + "y".repeat(10_000) + "')";
    assertThat(SqlText.of(sql, false).redacted()).isEqualTo("SELECT a FROM t WHERE x IN (?");
  }
}
