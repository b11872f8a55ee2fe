package io.codeb.internal.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Content;
import io.codeb.model.Selection;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestorePartsTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aDumpIsKnownByItsFirstBytes() {
        assertThat(DumpFormat.of(utf8("PGDMP\u0001\u000e\u0000\u0004\u0008\u0001"), "x"))
                .isEqualTo(DumpFormat.ARCHIVE);
        assertThat(DumpFormat.of(utf8("--\n-- PostgreSQL database dump\n--\n"), "x"))
                .isEqualTo(DumpFormat.SCRIPT);
        assertThat(DumpFormat.of(utf8("\uFEFFselect '쇼핑';"), "x")).isEqualTo(DumpFormat.SCRIPT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n",
                "<!DOCTYPE html>",
                "  <HTML>",
                "<?xml version='1.0'?>",
                "\u0000",
                "a\u0000b",
                "\u0007",
                "PK\u0003\u0004"
            })
    void whatIsNoDumpIsToldSo(String head) {
        assertThatThrownBy(() -> DumpFormat.of(utf8(head), "x"))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DUMP_UNRECOGNIZED));
    }

    @Test
    void aTarArchiveIsToldApart() {
        byte[] tar = new byte[512];
        System.arraycopy(utf8("toc.dat"), 0, tar, 0, 7);
        System.arraycopy(utf8("ustar"), 0, tar, 257, 5);
        assertThatThrownBy(() -> DumpFormat.of(tar, "x")).hasMessageContaining("tar");
    }

    @Test
    void onlyOptionsThatLeaveADumpCountableAreAllowed() {
        assertThat(DumpOptions.check(List.of("--no-owner")))
                .containsExactly("--no-owner", "--lock-wait-timeout=300000");
        assertThat(DumpOptions.check(List.of("--lock-wait-timeout=5"))).containsExactly("--lock-wait-timeout=5");
        for (String option : List.of(
                "--inserts",
                "-f/etc/passwd",
                "--file=x",
                "--format=c",
                "--lock-wait-timeout=1 --file=x",
                "--create",
                "")) {
            assertThatThrownBy(() -> DumpOptions.check(List.of("--no-owner", option)))
                    .as(option)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("'" + option + "'");
        }
    }

    private static TableInfo table(String schema, String name) {
        return new TableInfo(new TableName(schema, name), TableInfo.Kind.TABLE, -1, 0);
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
