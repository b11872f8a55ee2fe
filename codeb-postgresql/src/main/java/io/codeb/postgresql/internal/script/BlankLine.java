package io.codeb.postgresql.internal.script;

/** What follows a statement on its line, where nothing may follow but blanks and a comment. */
final class BlankLine {
    private enum Seen {
        BLANKS,
        DASH,
        COMMENT,
        RETURN,
        LINE_END,
        TEXT
    }

    private Seen seen = Seen.BLANKS;

    void start() {
        seen = Seen.BLANKS;
    }

    boolean ended() {
        return seen == Seen.LINE_END;
    }

    boolean hasText() {
        return seen == Seen.TEXT;
    }

    /**
     * Reads on.
     *
     * @return the index after the line's end, or after the first byte that may not be there, or {@code to}
     */
    int scan(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to && !ended() && !hasText()) {
            seen = next(bytes[p++]);
        }
        return p;
    }

    private Seen next(byte b) {
        return switch (seen) {
            case BLANKS ->
                switch (b) {
                    case ' ', '\t', '\f' -> Seen.BLANKS;
                    case '-' -> Seen.DASH;
                    case '\r' -> Seen.RETURN;
                    case '\n' -> Seen.LINE_END;
                    default -> Seen.TEXT;
                };
            case DASH -> b == '-' ? Seen.COMMENT : Seen.TEXT;
            // A carriage return ends a comment too, so that what follows would be read as SQL.
            case COMMENT -> b == '\n' ? Seen.LINE_END : b == '\r' ? Seen.RETURN : Seen.COMMENT;
            case RETURN -> b == '\n' ? Seen.LINE_END : Seen.TEXT;
            default -> seen;
        };
    }
}
