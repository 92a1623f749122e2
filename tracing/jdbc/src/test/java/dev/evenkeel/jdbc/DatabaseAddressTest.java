package dev.evenkeel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a JDBC URL says of the database. */
class DatabaseAddressTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "jdbc:postgresql://db:5433/shop?user=u&password=p,postgresql,shop,db,5433",
        "jdbc:postgresql://db/shop,postgresql,shop,db,0",
        "jdbc:postgresql://[::1]:5432/shop,postgresql,shop,[::1],5432",
        "jdbc:mariadb://u:p@db:3306/shop;x=1,mariadb,shop,db,3306",
        "jdbc:mysql://db:3306/,mysql,-,db,3306",
        "jdbc:sqlserver://db:1433;databaseName=shop;user=u,microsoft.sql_server,shop,db,1433",
        "jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1,h2database,shop,-,0",
        "jdbc:h2:file:./data/shop,h2database,shop,-,0",
        "jdbc:odd:thing,other_sql,thing,-,0",
        "jdbc:odd,other_sql,-,-,0",
        "nonsense,other_sql,-,-,0",
        "-,other_sql,-,-,0"
      })
  void url_saysProductNameHostAndPort(
      String url, String system, String namespace, String host, int port) {
    assertThat(DatabaseAddress.of(url))
        .isEqualTo(new DatabaseAddress(system, namespace, host, port));
  }

  @Test
  void severalHosts_areNone() {
    assertThat(DatabaseAddress.of("jdbc:postgresql://a:1,b:2/shop"))
        .isEqualTo(new DatabaseAddress("postgresql", "shop", null, 0));
  }

  @Property
  void anyUrl_isRead(@ForAll String rest) {
    assertThat(DatabaseAddress.of("jdbc:postgresql://" + rest).system()).isEqualTo("postgresql");
  }
}
