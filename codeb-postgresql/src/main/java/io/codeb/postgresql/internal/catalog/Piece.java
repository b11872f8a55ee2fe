package io.codeb.postgresql.internal.catalog;

import io.codeb.postgresql.internal.script.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * A run of rows of a table: those in some of its pages, or all.
 *
 * @param table whose rows
 * @param firstPage the first page
 * @param endPage the page behind the last one; {@link #OPEN} for the last piece, which has all that follows
 */
public record Piece(BulkTable table, long firstPage, long endPage) {
    /** The attribute of its entry that names the table's schema. */
    public static final String SCHEMA = "schema";

    /** The attribute that names the table. */
    public static final String TABLE = "table";

    /** The attribute that has the first page. */
    public static final String FIRST_PAGE = "first-page";

    /** The attribute that has the page behind the last one; there is none where no page ends the piece. */
    public static final String END_PAGE = "end-page";

    /** No page ends the piece. */
    public static final long OPEN = -1;

    /** How many pieces a table has at the most: a manifest names them all. */
    static final int MOST_OF_A_TABLE = 1_024;

    /** How many pieces a dump has at the most. */
    static final int MOST = 20_000;

    /**
     * Cuts tables. Each is cut at the multiples of a power of two of its pages, so that it is cut at the same places
     * again while it grows, and a piece in which nothing has changed is the same again.
     *
     * @param tables the largest first; those that would make too many pieces are left out, with all that follow
     * @param ranges whether the server can find the rows of a range of pages without reading all others
     * @param mostBytes how much of a table is in a piece at the most, on the average: heap and out-of-line values
     * @return the pieces, each table's one behind the other
     */
    public static List<Piece> of(List<BulkTable> tables, boolean ranges, long mostBytes) {
        List<Piece> pieces = new ArrayList<>();
        for (BulkTable table : tables) {
            List<Piece> some = ranges ? cut(table, mostBytes) : List.of(new Piece(table, 0, OPEN));
            if (pieces.size() + some.size() > MOST) {
                break;
            }
            pieces.addAll(some);
        }
        return pieces;
    }

    private static List<Piece> cut(BulkTable table, long mostBytes) {
        long step = pagesPerPiece(table.pages(), table.bytes(), mostBytes);
        List<Piece> pieces = new ArrayList<>();
        long first = 0;
        // The pages that were there when the table was looked at; rows behind them are in the last piece.
        for (; first + step < table.pages(); first += step) {
            pieces.add(new Piece(table, first, first + step));
        }
        pieces.add(new Piece(table, first, OPEN));
        return pieces;
    }

    /**
     * How many pages a piece has.
     *
     * @param pages of the table's heap
     * @param bytes of its heap and its out-of-line values
     * @param mostBytes of them in a piece
     * @return a power of two
     */
    static long pagesPerPiece(long pages, long bytes, long mostBytes) {
        long bytesPerPage = Math.max(1, bytes / Math.max(1, pages));
        long bySize = Long.highestOneBit(Math.max(1, mostBytes / bytesPerPage));
        long least = (pages + MOST_OF_A_TABLE - 1) / MOST_OF_A_TABLE;
        long byNumber = least <= 1 ? 1 : Long.highestOneBit(least - 1) << 1;
        return Math.max(bySize, byNumber);
    }

    /** Whether it has all rows of its table. */
    public boolean whole() {
        return firstPage == 0 && endPage == OPEN;
    }

    /** About how many bytes it has on the server. */
    public long estimatedBytes() {
        long end = endPage == OPEN ? Math.max(table.pages(), firstPage) : endPage;
        return table.pages() == 0 ? table.bytes() : table.bytes() / table.pages() * (end - firstPage);
    }

    /** The statement that reads it: of the table itself, without its children. */
    public String copy() {
        StringJoiner where = new StringJoiner(" AND ", " WHERE ", "").setEmptyValue("");
        if (firstPage > 0) {
            where.add("ctid >= '(" + firstPage + ",0)'");
        }
        if (endPage != OPEN) {
            where.add("ctid < '(" + endPage + ",0)'");
        }
        return "COPY (SELECT " + columns() + " FROM ONLY " + SqlText.identifier(table.name()) + where + ") TO STDOUT";
    }

    /** The columns as a statement names them. */
    public String columns() {
        StringJoiner columns = new StringJoiner(", ");
        table.columns().forEach(column -> columns.add(SqlText.identifier(column)));
        return columns.toString();
    }
}
