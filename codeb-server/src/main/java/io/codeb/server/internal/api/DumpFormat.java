package io.codeb.server.internal.api;

import io.codeb.server.internal.http.Exchange;
import io.codeb.server.internal.http.Parameter;

/** The forms that a dump is sent in. */
enum DumpFormat {
    SQL("none", ".sql", "application/sql"),
    GZIP("gzip", ".sql.gz", "application/gzip"),
    ZSTD("zstd", ".sql.zst", "application/zstd");

    static final Parameter PARAMETER =
            Parameter.oneOf("format", "Compressed or not; sql without it.", "sql", "sql.gz", "sql.zst");

    private final String codec;
    private final String extension;
    private final String type;

    DumpFormat(String codec, String extension, String type) {
        this.codec = codec;
        this.extension = extension;
        this.type = type;
    }

    static DumpFormat of(Exchange exchange) {
        return switch (exchange.query("format").orElse("sql")) {
            case "sql.gz" -> GZIP;
            case "sql.zst" -> ZSTD;
            default -> SQL;
        };
    }

    String codec() {
        return codec;
    }

    String extension() {
        return extension;
    }

    String type() {
        return type;
    }
}
