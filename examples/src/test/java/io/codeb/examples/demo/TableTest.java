package io.codeb.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void namesStandAtTheLeftAndNumbersAtTheRight() {
        Table table = new Table()
                .row("step", "time", "bytes")
                .row("back up", "12.5 s", "1.0 MiB")
                .row("compare", "0.1 s");

        assertThat(table.lines())
                .containsExactly(
                        "  step       time    bytes", //
                        "  back up  12.5 s  1.0 MiB",
                        "  compare   0.1 s");
    }
}
