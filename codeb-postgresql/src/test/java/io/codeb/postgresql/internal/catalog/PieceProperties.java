package io.codeb.postgresql.internal.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.model.TableName;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PieceProperties {
    private static final long MOST_PAGES = 0xFFFFFFFEL;
    private static final long PAGE = 8192;
    private static final long MOST_BYTES = 128L << 20;

    private static BulkTable table(String name, long pages, long bytes) {
        return new BulkTable("16384", new TableName("public", name), List.of("id"), pages, bytes, false);
    }

    private static List<Piece> cut(long pages, long bytes) {
        return Piece.of(List.of(table("t", pages, bytes)), true, MOST_BYTES);
    }

    private static long step(long pages, long bytes) {
        return Piece.pagesPerPiece(pages, bytes, MOST_BYTES);
    }

    @Property
    void eachPageIsInOnePieceAndWhatComesLaterInTheLast(
            @ForAll @LongRange(max = MOST_PAGES) long pages, @ForAll @LongRange(max = 1L << 32) long outOfLine) {
        List<Piece> pieces = cut(pages, pages * PAGE + outOfLine);

        long next = 0;
        for (Piece piece : pieces) {
            assertThat(piece.firstPage()).isEqualTo(next);
            next = piece.endPage();
        }
        assertThat(next).as("the last one is open").isEqualTo(Piece.OPEN);
        assertThat(pieces.subList(0, pieces.size() - 1))
                .allSatisfy(piece -> assertThat(piece.endPage()).isGreaterThan(piece.firstPage()));
        assertThat(pieces).hasSizeLessThanOrEqualTo(Piece.MOST_OF_A_TABLE);
    }

    @Property
    void cutsAreAtMultiplesOfOnePowerOfTwo(
            @ForAll @LongRange(min = 1, max = MOST_PAGES) long pages,
            @ForAll @LongRange(max = 1L << 42) long outOfLine) {
        long step = step(pages, pages * PAGE + outOfLine);

        assertThat(Long.bitCount(step)).isOne();
        assertThat(cut(pages, pages * PAGE + outOfLine))
                .allSatisfy(piece -> assertThat(piece.firstPage() % step).isZero());
    }

    @Property
    void aTableThatGrowsIsCutWhereItWasCutBefore(
            @ForAll @LongRange(min = 1, max = 1L << 24) long pages,
            @ForAll @LongRange(min = 1, max = 1L << 24) long later) {
        long before = Math.min(pages, later);
        long after = Math.max(pages, later);
        List<Long> first =
                cut(before, before * PAGE).stream().map(Piece::firstPage).toList();
        List<Long> second =
                cut(after, after * PAGE).stream().map(Piece::firstPage).toList();

        assertThat(step(after, after * PAGE)).isEqualTo(step(before, before * PAGE));
        assertThat(second).startsWith(first.toArray(Long[]::new));
    }

    @Property
    void piecesAreOfBoundedSizeWhereThereAreNotTooMany(
            @ForAll @LongRange(min = 1, max = 1L << 24) long pages, @ForAll @LongRange(max = 1L << 36) long outOfLine) {
        long bytes = pages * PAGE + outOfLine;
        long step = step(pages, bytes);

        if (step > 1 && pages <= step / 2 * Piece.MOST_OF_A_TABLE) {
            assertThat(step * (bytes / pages)).isLessThanOrEqualTo(MOST_BYTES);
            assertThat(step * (bytes / pages + 1)).isGreaterThan(MOST_BYTES / 4);
        }
    }

    @Test
    void aServerThatFindsNoRangesGivesWholeTables() {
        List<Piece> pieces = Piece.of(List.of(table("t", 1_000_000, 1_000_000 * PAGE)), false, MOST_BYTES);

        assertThat(pieces).singleElement().satisfies(piece -> {
            assertThat(piece.whole()).isTrue();
            assertThat(piece.copy()).isEqualTo("COPY (SELECT \"id\" FROM ONLY \"public\".\"t\") TO STDOUT");
        });
    }

    @Test
    void theFirstAndTheLastPieceHaveOneLimitAndThoseBetweenTwo() {
        List<String> statements =
                cut(50_000, 50_000 * PAGE).stream().map(Piece::copy).toList();

        assertThat(statements)
                .containsExactly(
                        "COPY (SELECT \"id\" FROM ONLY \"public\".\"t\" WHERE ctid < '(16384,0)') TO STDOUT",
                        "COPY (SELECT \"id\" FROM ONLY \"public\".\"t\" WHERE ctid >= '(16384,0)' AND ctid <"
                                + " '(32768,0)') TO STDOUT",
                        "COPY (SELECT \"id\" FROM ONLY \"public\".\"t\" WHERE ctid >= '(32768,0)' AND ctid <"
                                + " '(49152,0)') TO STDOUT",
                        "COPY (SELECT \"id\" FROM ONLY \"public\".\"t\" WHERE ctid >= '(49152,0)') TO STDOUT");
    }

    @Test
    void whatWouldMakeTooManyPiecesIsLeftOutWithAllThatIsSmaller() {
        long pages = 16_384L * Piece.MOST_OF_A_TABLE;
        List<BulkTable> tables = IntStream.range(0, 30)
                .mapToObj(i -> table("t" + i, pages, pages * PAGE))
                .toList();

        List<Piece> pieces = Piece.of(tables, true, MOST_BYTES);

        assertThat(pieces).hasSizeLessThanOrEqualTo(Piece.MOST).hasSizeGreaterThan(Piece.MOST - Piece.MOST_OF_A_TABLE);
        assertThat(pieces.get(pieces.size() - 1).endPage())
                .as("a table is cut whole or not at all")
                .isEqualTo(Piece.OPEN);
    }
}
