package io.codeb.benchmarks;

import io.codeb.error.ConfigException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * How long each transaction of an application took, and when it ended.
 *
 * @param transactions in any order
 */
record Latencies(List<Transaction> transactions) {
    private static final double MILLIS_MICROS = 1e3;
    private static final int FIELDS = 6;

    Latencies {
        transactions = List.copyOf(transactions);
    }

    /**
     * One of them.
     *
     * @param end when it ended
     * @param micros how long it took, from when it was due
     */
    record Transaction(Instant end, long micros) {}

    /**
     * Reads what {@code pgbench --log} has written (PostgreSQL 15 documentation, pgbench, "Per-Transaction Logging").
     *
     * @param lines of its files
     * @throws ConfigException when one is no such line
     */
    static Latencies of(List<String> lines) {
        return new Latencies(lines.stream().map(Latencies::transaction).toList());
    }

    private static Transaction transaction(String line) {
        String[] fields = line.split(" ", -1);
        try {
            if (fields.length >= FIELDS) {
                Instant end = Instant.ofEpochSecond(Long.parseLong(fields[4]))
                        .plus(Long.parseLong(fields[5]), ChronoUnit.MICROS);
                return new Transaction(end, Long.parseLong(fields[2]));
            }
        } catch (NumberFormatException e) {
            throw new ConfigException("this is no line of pgbench's log: '" + line + "'", "");
        }
        throw new ConfigException("this is no line of pgbench's log: '" + line + "'", "");
    }

    /** Those that ended between two moments. */
    Latencies between(Instant from, Instant to) {
        return new Latencies(transactions.stream()
                .filter(each -> !each.end().isBefore(from) && each.end().isBefore(to))
                .toList());
    }

    /** Whether something is known of what came later. */
    boolean reach(Instant moment) {
        return transactions.stream().anyMatch(each -> each.end().isAfter(moment));
    }

    /**
     * How long 99 of 100 took at the most.
     *
     * @return in milliseconds
     * @throws ConfigException when there are fewer than a hundred
     */
    double p99() {
        if (transactions.size() < 100) {
            throw new ConfigException(
                    transactions.size() + " transactions are too few to tell how long 99 of 100 took", "");
        }
        List<Long> sorted =
                transactions.stream().map(Transaction::micros).sorted().toList();
        return sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1) / MILLIS_MICROS;
    }
}
