package io.codeb.postgresql.internal.restore;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.EntryKind;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.catalog.Piece;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.RestoreInput;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The pieces of a backup, as far as their attributes tell: whether each table that has some has all of them. */
final class PieceList {
    private static final Pattern PAGE = Pattern.compile("0|[1-9][0-9]{0,9}");

    private PieceList() {}

    /**
     * Lists the pieces of a backup.
     *
     * @param input has them
     * @return in the order of their names, which is that of each table's pages
     * @throws IntegrityException {@code CORRUPT} when one is missing, or is none
     */
    static List<EntryFacts> of(RestoreInput input) {
        List<EntryFacts> pieces = input.entries().stream()
                .filter(entry -> entry.kind() == EntryKind.PIECE)
                .sorted(Comparator.comparing(EntryFacts::name))
                .toList();
        Map<TableName, Long> next = new HashMap<>();
        for (EntryFacts piece : pieces) {
            TableName table = table(piece);
            long first = page(piece, attribute(piece, Piece.FIRST_PAGE));
            if (first != next.getOrDefault(table, 0L)) {
                throw incomplete(table, "a piece is missing before " + piece.name());
            }
            String end = piece.attributes().get(Piece.END_PAGE);
            next.put(table, end == null ? Piece.OPEN : page(piece, end));
        }
        next.forEach((table, end) -> {
            if (end != Piece.OPEN) {
                throw incomplete(table, "its last piece is missing");
            }
        });
        return pieces;
    }

    /** The table whose rows a piece has, as its attributes tell. */
    static TableName table(EntryFacts piece) {
        return new TableName(attribute(piece, Piece.SCHEMA), attribute(piece, Piece.TABLE));
    }

    private static String attribute(EntryFacts piece, String name) {
        String value = piece.attributes().getOrDefault(name, "");
        if (value.isEmpty()) {
            throw corrupt("piece " + piece.name() + " has no attribute " + name);
        }
        return value;
    }

    private static long page(EntryFacts piece, String text) {
        if (!PAGE.matcher(text).matches()) {
            throw corrupt("piece " + piece.name() + " begins or ends at a page that no table has");
        }
        return Long.parseLong(text);
    }

    private static IntegrityException incomplete(TableName table, String problem) {
        return corrupt("of table " + table + " not all rows are there: " + problem);
    }

    private static IntegrityException corrupt(String problem) {
        return new IntegrityException(ErrorCode.CORRUPT, problem, "restore another backup or a copy of this one");
    }
}
