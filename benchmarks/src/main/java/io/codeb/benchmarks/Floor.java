package io.codeb.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * Below which no backup can be: two sessions of the server that write all rows as text, to nowhere, and then the CPU
 * time of zstd on these bytes, shared among the CPUs.
 *
 * @param reading how long the sessions took, in seconds
 * @param compressing the CPU time of zstd, in seconds
 * @param cpus among how many it is shared
 */
record Floor(double reading, double compressing, int cpus) {
    static Floor of(Shop shop, String database, int rounds) {
        // Pages, as the statistics have them; the first session gets all of the smaller table.
        long customers = shop.number(database, "SELECT relpages FROM pg_class WHERE relname = 'customers'");
        long orders = shop.number(database, "SELECT relpages FROM pg_class WHERE relname = 'orders'");
        long first = Math.max(0, (orders - customers) / 2);
        Command both = shop.command("""
                psql -Xq -c "COPY customers TO '/dev/null'" \
                  -c "COPY (SELECT * FROM ONLY orders WHERE ctid < '(%1$d,0)') TO '/dev/null'" %2$s & a=$!
                psql -Xq -c "COPY (SELECT * FROM ONLY orders WHERE ctid >= '(%1$d,0)') TO '/dev/null'" %2$s & b=$!
                wait $a; wait $b
                """.formatted(first, database));
        shop.command("pg_dump " + database + " >floor.sql").run();
        Command zstd = shop.command("zstd -q -3 -T1 -c floor.sql");
        both.run();
        List<Double> reading = new ArrayList<>();
        List<Double> compressing = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            long start = System.nanoTime();
            both.run();
            reading.add((System.nanoTime() - start) / 1e9);
            compressing.add(zstd.cpuSeconds());
        }
        shop.command("rm floor.sql").run();
        return new Floor(
                Result.median(reading),
                Result.median(compressing),
                Runtime.getRuntime().availableProcessors());
    }

    double seconds() {
        return reading + compressing / cpus;
    }
}
