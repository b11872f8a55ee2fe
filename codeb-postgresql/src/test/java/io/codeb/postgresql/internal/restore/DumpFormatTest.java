package io.codeb.postgresql.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DumpFormatTest {
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
}
