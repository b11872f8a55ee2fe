package io.codeb.postgresql.internal.catalog;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Names as the bytes that the client would get: there may be line ends in them, or what is text in no encoding. */
final class ServerName {
    private ServerName() {}

    /** An expression for a name's bytes. */
    static String hex(String name) {
        return "pg_catalog.encode(pg_catalog.textsend(" + name + "::pg_catalog.text), 'hex')";
    }

    /** The name that such an expression answers. */
    static String text(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
    }
}
