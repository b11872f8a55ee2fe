package io.codeb.benchmarks.pieces;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Random;

/** The same rows of a shop in the ways in which pg_dump writes them; the same ones in each run. */
public enum Rows {
    /** Lines of {@code COPY}. */
    COPY(0),
    /** A statement for each row. */
    INSERT(1),
    /** A statement for a hundred rows. */
    INSERTS(100);

    private static final int COUNT = 100_000;

    private final int inStatement;

    Rows(int inStatement) {
        this.inStatement = inStatement;
    }

    /** What stands before them in a script. */
    byte[] begin() {
        String table =
                "CREATE TABLE public.orders (id int, customer int, placed timestamptz, state text, total numeric);\n";
        return (this == COPY ? table + "COPY public.orders (id, customer, placed, state, total) FROM stdin;\n" : table)
                .getBytes(UTF_8);
    }

    /** What stands behind them. */
    byte[] end() {
        return (this == COPY ? "\\.\n" : "").getBytes(UTF_8);
    }

    /** Some megabytes of them: whole lines, or whole statements. */
    byte[] block() {
        Random random = new Random(1);
        StringBuilder block = new StringBuilder();
        for (int row = 0; row < COUNT; row++) {
            int customer = random.nextInt(200_000);
            String placed = "2025-" + twoDigits(1 + random.nextInt(12)) + '-' + twoDigits(1 + random.nextInt(28))
                    + " 10:15:42+00";
            String state = random.nextBoolean() ? "shipped to O'Neill" : "paid";
            String total = (1 + random.nextInt(999)) + "." + twoDigits(random.nextInt(100));
            if (this == COPY) {
                block.append(String.join("\t", "" + row, "" + customer, placed, state, total))
                        .append('\n');
            } else {
                boolean first = row % inStatement == 0;
                boolean last = row % inStatement == inStatement - 1;
                block.append(first ? "INSERT INTO public.orders VALUES " : "\t")
                        .append("(" + row + ", " + customer + ", '" + placed + "', '" + state.replace("'", "''") + "', "
                                + total + ')')
                        .append(last ? ";\n" : ",\n");
            }
        }
        return block.toString().getBytes(UTF_8);
    }

    private static String twoDigits(int number) {
        return (number < 10 ? "0" : "") + number;
    }
}
