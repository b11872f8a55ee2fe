package io.codeb.benchmarks.pieces;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.TimeValue;

class PiecesTest {
    /** In this JVM and for a moment: that each runs, not how fast. */
    @Test
    void eachPieceIsMeasuredInEachOfItsForms() throws RunnerException {
        String table = Pieces.table(new Runner(Pieces.options("", 0, 1, TimeValue.milliseconds(20))).run());

        assertThat(table.lines().skip(2))
                .hasSize(19)
                .allMatch(line ->
                        line.matches("\\| [A-Z][A-Za-z]+\\.[a-zA-Z]+( \\([^|]+\\))? \\| [1-9][0-9]* \\| .* \\|"))
                .anyMatch(line -> line.contains("FrameReader.takeApart (8192)"))
                .anyMatch(line -> line.contains("Script.scan (COPY, RESTORE)"))
                .anyMatch(line -> line.contains("Codec.decode (age)"))
                .anyMatch(line -> line.contains("Digest.digest"));
    }
}
