package dev.evenkeel.healthcheck.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.healthcheck.Check;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.Group;
import dev.evenkeel.healthcheck.Health;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

  private static final String TOKEN = "correct-horse";

  private final ManualKernel kernel = ManualKernel.create();
  private final Health health = Health.builder()
      .kernel(kernel)
      .executor(kernel::execute)
      .check(Check.local("disk", () -> CheckResult.up().with("freeBytes", 1_000)))
      .check(Check.local("loop", CheckResult::up).groups(Group.LIVE))
      .check(Check.shared("db", () -> {
        throw new IOException("no \"route\" to <host>");
      }))
      .start();
  private final HealthEndpoint open = HealthEndpoint.of(health).details(Details.always());

  EndpointTest() {
    kernel.advance(Duration.ofMillis(2_500)); // three results
  }

  private static HealthRequest get(String target, String accept, String authorization) {
    return new HealthRequest("GET", target, accept, authorization, false);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      delimiter = '|',
      value = {
        "null | application/json",
        "'' | application/json",
        "*/* | application/json",
        "application/json | application/json",
        "application/health+json | application/health+json",
        "APPLICATION/Health+JSON | application/health+json",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | text/html; charset=utf-8",
        "text/* | text/html; charset=utf-8",
        "text/html;q=0.1, application/health+json;q=0.5 | application/health+json",
        "application/json;q=0.5, application/health+json | application/health+json",
        "application/json;q=0, */* | application/health+json",
        "image/png | application/json",
        ";;;,,,q=, | application/json",
        "application/json;q=cat | application/json",
        "text/html;q=2 | text/html; charset=utf-8",
        "text/html;q=NaN | text/html; charset=utf-8",
        "text/html;q=-1 | text/html; charset=utf-8",
        "*/*;q=0 | application/json",
        "application/*;q=0.2, text/html;q=0.1 | application/json"
      })
  void accept_picksTheForm_andThereAlwaysIsOne(String accept, String contentType) {
    HealthResponse response = open.handle("/health", accept);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers()).containsEntry("Content-Type", contentType);
    assertThat(response.headers()).containsEntry("Cache-Control", "no-store");
  }

  @Test
  void format_inTheQuery_goesBeforeAccept() {
    assertThat(open.handle("/health?format=health-json", "text/html").body()).contains("\"warn\"");
    assertThat(open.handle("/health?format=microprofile", null).body())
        .startsWith("{\"status\":\"UP\",\"checks\":[{\"name\":\"disk\",\"status\":\"UP\","
            + "\"data\":{\"freeBytes\":1000}}");
    assertThat(open.handle("/health?a=b&format=html", null).body()).startsWith("<!DOCTYPE html>");
    assertThat(open.handle("/health?format=xml", null).body()).startsWith("{\"status\"");
    assertThat(open.json(Format.MICROPROFILE).handle("/health", null).body())
        .startsWith("{\"status\":\"UP\",\"checks\":");
    assertThatThrownBy(() -> open.json(Format.HTML))
        .hasMessage("json: HTML (expected: a form of JSON)");
  }

  @Test
  void at_movesPathsAndLinks() {
    HealthEndpoint moved = open.at("/manage/health");
    assertThat(moved.handle("/manage/health/live", null).status()).isEqualTo(200);
    assertThat(moved.handle("/health/live", null).status()).isEqualTo(404);
    assertThat(moved.below("/shop").handle("/shop/manage/health", "text/html").body())
        .contains("href=\"/shop/manage/health/live?format=html\"");
    HealthEndpoint all = open.at("/");
    assertThat(all.handle("/", null).body()).contains("\"group\":\"all\"");
    assertThat(all.handle("/live/", "text/html").body()).contains("href=\"/live?format=html\"");
    assertThat(all.below("/shop").handle("/shop/live", null).status()).isEqualTo(200);
    assertThat(open.below("")).isSameAs(open);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "health", "/health/", "//", "/a?b", "/a#b", "/a//b", "/a\n"})
  void at_takesPathsOnly(String path) {
    assertThatThrownBy(() -> open.at(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("path: \"" + path + "\" (expected: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "",
        "/healthy",
        "/health/all",
        "/health/nowhere",
        "/health/live/x",
        "/health//",
        "/health/%6cive",
        "*",
        "/HEALTH",
        "/health/../health"
      })
  void unknownPaths_are404(String path) {
    assertThat(open.handle(path, null).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/health", "/health/", "/health/live", "/health/ready?x=1", "/health/started/"})
  void knownPaths_areThere(String path) {
    assertThat(open.handle(path, null).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get", "PATCH"})
  void otherMethods_are405(String method) {
    HealthResponse response = open.handle(new HealthRequest(method, "/health", null, null, false));
    assertThat(response.status()).isEqualTo(405);
    assertThat(response.headers()).containsEntry("Allow", "GET, HEAD");
  }

  @Test
  void details_areHiddenByDefault_inEveryForm() {
    HealthEndpoint shut = HealthEndpoint.of(health);
    for (Format format : Format.values()) {
      String name = format.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
      assertThat(shut.handle("/health?format=" + name, null).body())
          .as(name)
          .doesNotContain("disk", "route", "IOException", "freeBytes");
    }
    assertThat(shut.handle("/health", null).body())
        .isEqualTo("{\"status\":\"DEGRADED\",\"group\":\"all\",\"phase\":\"RUNNING\"}\n");
  }

  @Test
  void token_showsThem_asBearerOrAsPassword() {
    HealthEndpoint locked = HealthEndpoint.of(health).details(Details.withToken(TOKEN));
    String basic =
        Base64.getEncoder().encodeToString(("anyone:" + TOKEN).getBytes(StandardCharsets.UTF_8));
    for (String right : new String[] {"Bearer " + TOKEN, "bearer  " + TOKEN, "Basic " + basic}) {
      assertThat(locked.handle(get("/health", null, right)).body()).contains("disk");
    }
    String[] wrong = {
      null,
      "",
      "Bearer",
      "Bearer ",
      "Bearer correct-hors",
      "Bearer correct-horse2",
      TOKEN,
      "Basic " + TOKEN,
      "Basic !!!",
      "Basic " + Base64.getEncoder().encodeToString(TOKEN.getBytes(StandardCharsets.UTF_8)),
      "Digest " + TOKEN
    };
    for (String token : wrong) {
      assertThat(locked.handle(get("/health", null, token)).body()).doesNotContain("disk");
      HealthResponse asked = locked.handle(get("/health?details", null, token));
      assertThat(asked.status()).isEqualTo(401);
      assertThat(asked.headers()).containsEntry("WWW-Authenticate", "Basic realm=\"health\"");
    }
    assertThatThrownBy(() -> Details.withToken("secret"))
        .hasMessage("token: 6 characters (expected: at least 8)");
  }

  @Test
  void localCaller_seesThem_othersDoNot() {
    HealthEndpoint local =
        HealthEndpoint.of(health).details(Details.forLocalCaller().or(Details.withToken(TOKEN)));
    assertThat(
            local.handle(new HealthRequest("GET", "/health", null, null, true)).body())
        .contains("disk");
    assertThat(local.handle(get("/health", null, null)).body()).doesNotContain("disk");
    assertThat(local.handle(get("/health", null, "Bearer " + TOKEN)).body()).contains("disk");
  }

  @Test
  void down_is503_andTheBodyMayBeReadAs200() {
    health.drain();
    assertThat(open.handle("/health/ready", null).status()).isEqualTo(503);
    assertThat(open.handle("/health/ready?status=200", null).status()).isEqualTo(200);
    assertThat(open.handle("/health/live", null).status()).isEqualTo(200);
    assertThat(open.handle("/health/ready", null).body())
        .contains("\"phase\":\"DRAINING\",\"reason\":\"about to end: draining\"");
  }

  @Test
  void page_escapesWhatItShows_andAllowsNothingFromElsewhere() {
    HealthResponse page = open.title("A & <B>").handle("/health", "text/html");
    assertThat(page.body())
        .contains("A &amp; &lt;B&gt;", "no &quot;route&quot; to &lt;host&gt;")
        .doesNotContain("<host>", "http://", "https://", "src=");
    assertThat(page.headers().get("Content-Security-Policy"))
        .startsWith("default-src 'none'; style-src 'sha256-");
  }

  @Test
  void json_escapesEverythingOdd() {
    String body = new Json()
        .open('{')
        .member("a\"\\\n\t\u0001\u007f\ud800<", Double.NaN)
        .member("b", 1.5)
        .member("c", null)
        .member("é", "\ud83d\ude00")
        .close('}')
        .toString();
    assertThat(body)
        .isEqualTo("{\"a\\\"\\\\\\n\\t\\u0001\\u007f\\ud800\\u003c\":\"NaN\",\"b\":1.5,"
            + "\"é\":\"\\ud83d\\ude00\"}\n");
  }
}
