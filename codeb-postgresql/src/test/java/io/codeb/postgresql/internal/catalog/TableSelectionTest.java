package io.codeb.postgresql.internal.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Content;
import io.codeb.model.Selection;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TableSelectionTest {
    private static TableInfo table(String schema, String name) {
        return TableInfo.of(new TableName(schema, name), TableInfo.Kind.TABLE, -1, 0);
    }

    private static final TableSelection SELECTION = new TableSelection(
            List.of(
                    table("public", "orders"),
                    table("public", "orders_2025"),
                    table("public", "customers"),
                    table("we\"ird", "$(x)")),
            Map.of(new TableName("public", "orders"), List.of(new TableName("public", "orders_2025"))));

    private static List<String> arguments(List<String> include, List<String> exclude) {
        return SELECTION
                .choose(new Selection(Content.FULL, include, exclude, List.of()))
                .arguments();
    }

    @Test
    void patternsBecomeExactNames() {
        assertThat(arguments(List.of(), List.of())).isEmpty();
        assertThat(arguments(List.of("cust*"), List.of()))
                .containsExactly("--table=\"public\".\"customers\"", "--strict-names");
        assertThat(arguments(List.of("\"we\"\"ird\".*"), List.of()))
                .containsExactly("--table=\"we\"\"ird\".\"$(x)\"", "--strict-names");
    }

    @Test
    void aPartitionedTableStandsForItsPartitions() {
        assertThat(arguments(List.of(), List.of("orders")))
                .containsExactly(
                        "--exclude-table=\"public\".\"orders\"",
                        "--exclude-table=\"public\".\"orders_2025\"",
                        "--strict-names");
    }

    private static Inspection inspection(long databaseSize, TableInfo... tables) {
        DatabaseFacts database = new DatabaseFacts(
                "shop",
                "app",
                "UTF8",
                "C",
                "C",
                "libc",
                "",
                "",
                databaseSize,
                List.of(),
                new DatabaseProperties(
                        List.of(), new DatabaseProperties.Privileges(true, List.of()), -1, "", "", false, List.of()));
        return new Inspection(new ServerVersion("15.4", 15, 4), database, List.of(tables));
    }

    @Test
    void aDumpIsEstimatedByTheTablesThatItTakes() {
        Inspection shop = inspection(
                90_000,
                TableInfo.of(new TableName("public", "orders"), TableInfo.Kind.TABLE, 10, 40_000),
                TableInfo.of(new TableName("public", "customers"), TableInfo.Kind.TABLE, 10, 8_000),
                TableInfo.of(new TableName("public", "seen"), TableInfo.Kind.MATERIALIZED_VIEW, 10, 16_000));
        ChosenTables orders = ChosenTables.only(Set.of(new TableName("public", "orders")));
        ChosenTables others = ChosenTables.without(Set.of(new TableName("public", "orders")));

        long kept = 10 * ChosenTables.ROW_OVERHEAD_BYTES;
        assertThat(ChosenTables.ALL.estimatedSize(shop)).isEqualTo(48_000 - 2 * kept);
        assertThat(orders.estimatedSize(shop)).isEqualTo(40_000 - kept);
        assertThat(others.estimatedSize(shop)).isEqualTo(8_000 - kept);
    }

    @Test
    void whereStatisticsKnowNothingTheDatabaseStandsForItsTablesAndNothingForSome() {
        Inspection fresh =
                inspection(90_000, TableInfo.of(new TableName("public", "orders"), TableInfo.Kind.TABLE, -1, 0));

        assertThat(ChosenTables.ALL.estimatedSize(fresh)).isEqualTo(90_000);
        assertThat(ChosenTables.only(Set.of(new TableName("public", "orders"))).estimatedSize(fresh))
                .isEqualTo(-1);
        assertThat(ChosenTables.ALL.estimatedSize(inspection(0))).isEqualTo(-1);
    }

    @Test
    void whatIsLeftOutIsNotTaken() {
        assertThat(arguments(List.of("*"), List.of("orders", "$*")))
                .containsExactly("--table=\"public\".\"customers\"", "--strict-names");
    }

    @Test
    void nothingToTakeIsAnError() {
        for (List<String> include : List.of(List.of("nix"), List.of("orders", "public.nix?"))) {
            assertThatThrownBy(() -> arguments(include, List.of()))
                    .isInstanceOfSatisfying(
                            CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOTHING_MATCHES));
        }
        assertThatThrownBy(() -> arguments(List.of("orders"), List.of("public.*")))
                .isInstanceOf(EngineException.class);
    }
}
