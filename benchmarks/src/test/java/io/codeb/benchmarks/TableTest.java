package io.codeb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {
    private static Result result(String name, Double... seconds) {
        return new Result(name, true, List.of(seconds), 2048, 3L << 20, "");
    }

    @Test
    void aRowHasTheMedianTheLeastAndTheMost() {
        assertThat(new Table("upload").of(List.of(result("a", 4.0, 2.0, 3.0)))).isEqualTo("""
                        | upload | median | min | max |
                        | --- | --- | --- | --- |
                        | a | 3.00 s | 2.00 s | 4.00 s |
                        """);
    }

    @Test
    void ofAnEvenNumberOfRoundsTheMedianIsBetweenTheTwoInTheMiddle() {
        assertThat(result("a", 1.0, 9.0, 4.0, 2.0).median()).isEqualTo(3.0);
    }

    @Test
    void columnsTellTheRateTheSpeedTheSizeAndTheMemory() {
        Table table = new Table("upload")
                .withRate(600L << 20)
                .withSpeedBeside("beside x", 6)
                .withBytes("stored, MiB")
                .withResident("memory, MiB");

        assertThat(table.of(List.of(result("a", 3.0))))
                .startsWith("| upload | median | min | max | MiB/s | beside x | stored, MiB | memory, MiB |\n")
                .contains("| a | 3.00 s | 3.00 s | 3.00 s | 200 | 2.00 | 3 | 2 |");
    }

    @Test
    void whatIsNotKnownIsLeftEmpty() {
        Result unknown = new Result("a", true, List.of(1.0), 0, 0, "");

        assertThat(new Table("upload")
                        .withBytes("stored")
                        .withResident("memory")
                        .of(List.of(unknown)))
                .contains("| a | 1.00 s | 1.00 s | 1.00 s |  |  |");
    }

    @Test
    void nothingIsAsFastAsWhatTookNoPart() {
        assertThat(new Table("upload").withSpeedBeside("beside x", Double.NaN).of(List.of(result("a", 3.0))))
                .startsWith("| upload | median | min | max |\n");
    }

    @Test
    void whatWasRunStandsInRowsWhateverItsPipes() {
        assertThat(Table.ofCommands(Map.of("a | b", "a | b >c"))).endsWith("| a \\| b | `a \\| b >c` |\n");
    }

    @Test
    void whoFailedSaysWhyAndHasNoNumbers() {
        Result failed = new Result("a | b", true, List.of(1.0), 0, 0, "it ended\nwith 1");

        assertThat(new Table("upload").withRate(1).of(List.of(failed)))
                .contains("| a \\| b | failed: it ended with 1 |\n");
    }
}
