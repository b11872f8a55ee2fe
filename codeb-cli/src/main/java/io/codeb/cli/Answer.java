package io.codeb.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a command answers: a value for programs, lines for people, and how the process ends. */
final class Answer {
    private final Object value;
    private final List<Object> parts = new ArrayList<>();
    private int status;

    private Answer(Object value) {
        this.value = value;
    }

    /** A table; its columns of numbers are aligned to the right. */
    private record Table(List<String> heads, List<List<String>> rows, String right) {}

    static Answer of(Object value) {
        return new Answer(value);
    }

    Answer line(String text) {
        parts.add(Columns.printable(text));
        return this;
    }

    /**
     * Adds a table.
     *
     * @param right one letter a column: {@code r} for those that are aligned to the right
     * @param heads what stands above the columns
     * @param rows as long as the heads
     */
    Answer table(String right, List<String> heads, List<List<String>> rows) {
        parts.add(new Table(
                heads,
                rows.stream()
                        .map(row -> row.stream().map(Columns::printable).toList())
                        .toList(),
                right));
        return this;
    }

    /** The process ends with this. */
    Answer status(int exit) {
        status = exit;
        return this;
    }

    Object value() {
        return value;
    }

    int status() {
        return status;
    }

    /**
     * What people read.
     *
     * @param columns how wide it can be: a table that is wider becomes a list; 0 for any width
     */
    List<String> lines(int columns) {
        List<String> lines = new ArrayList<>();
        for (Object part : parts) {
            if (part instanceof Table table) {
                lines.addAll(lines(table, columns));
            } else {
                lines.add(part.toString());
            }
        }
        return lines;
    }

    private static List<String> lines(Table table, int columns) {
        int count = table.heads().size();
        int[] widths = new int[count];
        for (int i = 0; i < count; i++) {
            int column = i;
            widths[i] = Math.max(
                    Columns.width(table.heads().get(i)),
                    table.rows().stream()
                            .mapToInt(row -> Columns.width(row.get(column)))
                            .max()
                            .orElse(0));
        }
        if (columns > 0 && Arrays.stream(widths).sum() + 2 * (count - 1) > columns) {
            return list(table);
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(table.heads(), widths, table.right()));
        table.rows().forEach(row -> lines.add(line(row, widths, table.right())));
        return lines;
    }

    private static String line(List<String> cells, int[] widths, String right) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(
                    right.charAt(i) == 'r'
                            ? Columns.padLeft(cells.get(i), widths[i])
                            : Columns.pad(cells.get(i), widths[i]));
            line.append("  ");
        }
        return line.toString().stripTrailing();
    }

    private static List<String> list(Table table) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : table.rows()) {
            if (!lines.isEmpty()) {
                lines.add("");
            }
            IntStream.range(0, row.size())
                    .filter(i -> !row.get(i).isEmpty())
                    .forEach(i -> lines.add(table.heads().get(i) + ": " + row.get(i)));
        }
        return lines;
    }

    static String or(@Nullable Object value, String otherwise) {
        return value == null ? otherwise : value.toString();
    }
}
