package io.codeb.postgresql.internal.script;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Times the scanner of scripts by itself: no server, no file, no other thread. Its scripts are made in memory, each of
 * one form. {@code dev/bench --scanner} runs it from this file, so it sees what is public and nothing else of the
 * tests.
 */
public final class ScannerBenchmark {
    /** It all happens in one thread, whose own time other work on the machine hardly changes. */
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final int PIECE_BYTES = 256 * 1024;
    private static final int BLOCK_ROWS = 100_000;
    private static final int MEGABYTE = 1_000_000;
    private static final int SERVER_MAJOR = 17;

    /** The same rows in the ways in which pg_dump writes them. */
    private enum Form {
        COPY("COPY", 0),
        INSERT("INSERT, a row in each", 1),
        INSERTS("INSERT, 100 rows in each", 100);

        private final String label;
        private final int rowsInStatement;

        Form(String label, int rowsInStatement) {
            this.label = label;
            this.rowsInStatement = rowsInStatement;
        }

        private String begin() {
            return "CREATE TABLE public.orders (id int, customer int, placed timestamptz, state text, total numeric);\n"
                    + (this == COPY ? "COPY public.orders (id, customer, placed, state, total) FROM stdin;\n" : "");
        }

        private String end() {
            return this == COPY ? "\\.\n" : "";
        }

        /** Whole statements, or whole lines of rows. */
        private byte[] block() {
            Random random = new Random(1);
            StringBuilder block = new StringBuilder();
            for (int row = 0; row < BLOCK_ROWS; row++) {
                int customer = random.nextInt(200_000);
                String placed = String.format(
                        Locale.ROOT, "2025-%02d-%02d 10:15:42+00", 1 + random.nextInt(12), 1 + random.nextInt(28));
                String state = random.nextBoolean() ? "shipped to O''Neill" : "paid";
                String total = String.format(Locale.ROOT, "%d.%02d", 1 + random.nextInt(999), random.nextInt(100));
                if (this == COPY) {
                    String plain = state.replace("''", "'");
                    block.append(String.join("\t", "" + row, "" + customer, placed, plain, total))
                            .append('\n');
                } else {
                    boolean first = row % rowsInStatement == 0;
                    boolean last = row % rowsInStatement == rowsInStatement - 1;
                    block.append(first ? "INSERT INTO public.orders VALUES " : "\t")
                            .append("(%d, %d, '%s', '%s', %s)".formatted(row, customer, placed, state, total))
                            .append(last ? ";\n" : ",\n");
                }
            }
            return block.toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    private ScannerBenchmark() {}

    /**
     * Runs the benchmark.
     *
     * @param args how many MB each script has, and how many rounds
     */
    public static void main(String[] args) {
        long size = Long.parseLong(args[0]) * MEGABYTE;
        int rounds = Integer.parseInt(args[1]);
        ScriptRules rules = ScriptRules.guarded("shop", SERVER_MAJOR);
        Map<String, Supplier<ScriptScanner>> uses = new LinkedHashMap<>();
        uses.put("backup", ScriptScanner::new);
        uses.put("look through", () -> new ScriptScanner(rules));
        uses.put("restore", () -> new ScriptScanner(rules, new ScriptHeads()));
        Map<String, List<Double>> speeds = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Form form : Form.values()) {
                byte[] block = form.block();
                uses.forEach((use, scanner) -> speeds.computeIfAbsent(
                                "%-12s  %s".formatted(use, form.label), name -> new ArrayList<>())
                        .add(megabytesInSecond(scanner.get(), form, block, size)));
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%d MB in each script, CPU time, medians of %d rounds; Java %s with its default flags %s%n",
                size / MEGABYTE,
                rounds,
                Runtime.version(),
                ManagementFactory.getRuntimeMXBean().getInputArguments());
        speeds.forEach((name, measured) -> {
            List<Double> sorted = measured.stream().sorted().toList();
            System.out.printf(Locale.ROOT, "%6.0f MB/s  %s%n", sorted.get(sorted.size() / 2), name);
        });
    }

    private static double megabytesInSecond(ScriptScanner scanner, Form form, byte[] block, long size) {
        long[] passed = new long[1];
        ScriptSink sink = judged -> passed[0] += judged.remaining();
        long start = THREADS.getCurrentThreadCpuTime();
        long scanned = scan(scanner, form.begin().getBytes(StandardCharsets.UTF_8), sink);
        while (scanned < size) {
            scanned += scan(scanner, block, sink);
        }
        scanned += scan(scanner, form.end().getBytes(StandardCharsets.UTF_8), sink);
        scanner.finish();
        double seconds = (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
        if (passed[0] != scanned) {
            throw new IllegalStateException("of " + scanned + " bytes " + passed[0] + " passed");
        }
        return scanned / seconds / MEGABYTE;
    }

    private static long scan(ScriptScanner scanner, byte[] bytes, ScriptSink sink) {
        for (int from = 0; from < bytes.length; from += PIECE_BYTES) {
            scanner.scan(ByteBuffer.wrap(bytes, from, Math.min(PIECE_BYTES, bytes.length - from)), sink);
        }
        return bytes.length;
    }
}
