package io.codeb.benchmarks;

import static io.codeb.benchmarks.Table.number;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Results as a picture (SVG): a bar for each median with a line from the least to the most, on a light ground or on a
 * dark one as the reader's system has it.
 */
final class Chart {
    private static final int NAMES = 300;
    private static final int BARS = 480;
    private static final int NUMBERS = 80;
    private static final int HEAD = 44;
    private static final int ROW = 28;
    private static final int BAR = 16;

    private static final String STYLE = """
            text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #24292f }
            .title { font-size: 15px; font-weight: 600 }
            .ground { fill: #ffffff }
            .ours { fill: #1f6feb }
            .rival { fill: #afb8c1 }
            .range { stroke: #24292f; stroke-width: 1.5 }
            .floor { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 4 3 }
            .note { fill: #cf222e; font-size: 12px }
            @media (prefers-color-scheme: dark) {
              text { fill: #e6edf3 }
              .ground { fill: #0d1117 }
              .ours { fill: #58a6ff }
              .rival { fill: #484f58 }
              .range { stroke: #e6edf3 }
              .floor { stroke: #ff7b72 }
              .note { fill: #ff7b72 }
            }
            """;

    private final String title;
    private final OptionalDouble floor;

    /**
     * Makes one.
     *
     * @param title what was done, and with what
     * @param floor below which it cannot be done, in seconds
     */
    Chart(String title, OptionalDouble floor) {
        this.title = title;
        this.floor = floor;
    }

    /** The picture of those that have not failed. */
    String of(List<Result> results) {
        List<Result> shown = results.stream().filter(Result::counts).toList();
        double longest = shown.stream().mapToDouble(Result::max).max().orElse(1);
        double scale = BARS / Math.max(longest, floor.orElse(0));
        int width = NAMES + BARS + NUMBERS;
        int height = HEAD + shown.size() * ROW + ROW;
        StringBuilder svg = new StringBuilder();
        String size = "viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\"".formatted(width, height, width, height);
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" ").append(size).append(" role=\"img\">\n");
        svg.append("<title>").append(escaped(title)).append("</title>\n<style>\n");
        svg.append(STYLE).append("</style>\n");
        svg.append("<rect class=\"ground\" width=\"%d\" height=\"%d\" rx=\"6\"/>%n".formatted(width, height));
        svg.append(text("title", 16, 26, "start", title));
        for (int i = 0; i < shown.size(); i++) {
            svg.append(bar(shown.get(i), HEAD + i * ROW, scale));
        }
        floor.ifPresent(seconds -> svg.append(floorLine(NAMES + seconds * scale, height)));
        return svg.append("</svg>\n").toString();
    }

    private static String bar(Result result, int top, double scale) {
        double end = NAMES + result.median() * scale;
        double middle = top + BAR / 2.0;
        return text("name", NAMES - 10, top + 13, "end", result.name())
                + "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%s\" height=\"%d\" rx=\"2\"/>%n"
                        .formatted(
                                result.rival() ? "rival" : "ours", NAMES, top, number(1, result.median() * scale), BAR)
                + line("range", NAMES + result.min() * scale, middle, NAMES + result.max() * scale, middle)
                + text(
                        "number",
                        Math.max(end, NAMES + result.max() * scale) + 8,
                        top + 13,
                        "start",
                        number(1, result.median()) + " s");
    }

    private static String floorLine(double x, int height) {
        return line("floor", x, HEAD - 6, x, height - ROW + 4) + text("note", x, height - 8, "middle", "the floor");
    }

    private static String line(String kind, double x1, double y1, double x2, double y2) {
        return "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>%n"
                .formatted(kind, number(1, x1), number(1, y1), number(1, x2), number(1, y2));
    }

    private static String text(String kind, double x, double y, String anchor, String words) {
        return "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>%n"
                .formatted(kind, number(1, x), number(1, y), anchor, escaped(words));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
