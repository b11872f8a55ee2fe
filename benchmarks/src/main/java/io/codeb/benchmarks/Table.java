package io.codeb.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Results as a table in Markdown: a row for each, its median, minimum and maximum, and columns of the caller's. */
final class Table {
    private static final double MEBIBYTE = 1 << 20;

    private final String title;
    private final List<Column> columns = new ArrayList<>();

    private record Column(String head, Function<Result, String> cell) {}

    Table(String title) {
        this.title = title;
    }

    /** Adds a column. */
    Table with(String head, Function<Result, String> cell) {
        columns.add(new Column(head, cell));
        return this;
    }

    /** Adds how fast it is, with so many bytes to do. */
    Table withRate(long bytes) {
        return with("MiB/s", result -> number(0, bytes / MEBIBYTE / result.median()));
    }

    /** Adds how many times as fast it is as what takes so many seconds, unless that took no part (not a number). */
    Table withSpeedBeside(String head, double seconds) {
        return Double.isNaN(seconds) ? this : with(head, result -> number(2, seconds / result.median()));
    }

    /** Adds what it stored. */
    Table withBytes(String head) {
        return with(head, result -> result.bytes() == 0 ? "" : number(0, result.bytes() / MEBIBYTE));
    }

    /** Adds the most memory that its JVM had resident. */
    Table withResident(String head) {
        return with(head, result -> result.residentKib() == 0 ? "" : number(0, result.residentKib() / 1024.0));
    }

    /** The table, each line ended. */
    String of(List<Result> results) {
        StringBuilder text = new StringBuilder("| " + title + " | median | min | max |");
        columns.forEach(column -> text.append(' ').append(column.head()).append(" |"));
        text.append("\n| --- | --- | --- | --- |").append(" --- |".repeat(columns.size()));
        for (Result result : results) {
            text.append("\n| ").append(escaped(result.name())).append(" |");
            if (!result.counts()) {
                text.append(" failed: ").append(escaped(result.failure())).append(" |");
                continue;
            }
            for (double seconds : List.of(result.median(), result.min(), result.max())) {
                text.append(' ').append(number(2, seconds)).append(" s |");
            }
            columns.forEach(column ->
                    text.append(' ').append(column.cell().apply(result)).append(" |"));
        }
        return text.append('\n').toString();
    }

    /** What was run under which name. */
    static String ofCommands(Map<String, String> commands) {
        StringBuilder text = new StringBuilder("| what was run | |\n| --- | --- |\n");
        commands.forEach((name, command) -> text.append("| ")
                .append(escaped(name))
                .append(" | `")
                .append(escaped(command))
                .append("` |\n"));
        return text.toString();
    }

    /** On what it was measured, as far as this JVM knows. */
    static String machine() {
        return String.format(
                Locale.ROOT,
                "Java %s, %d CPUs, load %.1f at the end",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    static String number(int digits, double value) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** As it stands in a cell, whatever its pipes. */
    static String escaped(String text) {
        return text.replace("|", "\\|").replace('\n', ' ');
    }
}
