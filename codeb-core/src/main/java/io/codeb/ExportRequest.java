package io.codeb;

import io.codeb.model.EntryKind;
import java.io.OutputStream;
import java.util.Objects;

/**
 * What to export to a stream, and how.
 *
 * @param kind which entry
 * @param codec the id of a codec to compress with; {@code none} for plain
 * @param out takes the bytes; it is flushed, not closed
 */
public record ExportRequest(EntryKind kind, String codec, OutputStream out) {
    /**
     * Checks that all is there.
     */
    public ExportRequest {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(codec, "codec");
        Objects.requireNonNull(out, "out");
    }

    /**
     * The dump as plain SQL.
     *
     * @param out takes the bytes; it is flushed, not closed
     * @return the request
     */
    public static ExportRequest plain(OutputStream out) {
        return new ExportRequest(EntryKind.DUMP, "none", out);
    }
}
