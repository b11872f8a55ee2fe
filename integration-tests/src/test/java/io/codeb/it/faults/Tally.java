package io.codeb.it.faults;

import io.codeb.it.faults.OperatorProcess.How;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Counts what came of faults. Thread-safe. */
final class Tally {
    private final List<Verdict> verdicts = new ArrayList<>();

    synchronized void add(Verdict verdict) {
        verdicts.add(verdict);
    }

    synchronized long count(Predicate<Verdict> which) {
        return verdicts.stream().filter(which).count();
    }

    long faults() {
        return count(any -> true);
    }

    long missed() {
        return count(verdict -> !verdict.hit());
    }

    long violated() {
        return count(verdict -> !verdict.ok());
    }

    /** A table as documents have them, with a row for each kind of fault and one for each operation. */
    String table() {
        StringBuilder table = new StringBuilder();
        table.append("| fault | faults | hit | operation died | failed | done | as before | as after | violations |\n")
                .append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (Kind kind : Kind.values()) {
            row(table, kind.toString(), verdict -> verdict.fault().kind() == kind);
        }
        for (Operation operation : Operation.values()) {
            row(table, "*during " + operation + "*", verdict -> verdict.fault().operation() == operation);
        }
        for (Place place : Place.values()) {
            row(
                    table,
                    "*where the database is: " + place + "*",
                    verdict -> verdict.fault().place() == place);
        }
        row(table, "**all**", any -> true);
        return table.toString();
    }

    private void row(StringBuilder table, String name, Predicate<Verdict> which) {
        if (count(which) == 0) {
            return;
        }
        Function<Predicate<Verdict>, Long> hits =
                more -> count(which.and(Verdict::hit).and(more));
        table.append("| ").append(name);
        for (long number : new long[] {
            count(which),
            hits.apply(any -> true),
            hits.apply(verdict -> verdict.end().how() == How.KILLED),
            hits.apply(verdict -> verdict.end().how() == How.FAILED),
            hits.apply(verdict -> verdict.end().how() == How.DONE),
            hits.apply(verdict -> !verdict.changed()),
            hits.apply(Verdict::changed),
            count(which.and(verdict -> !verdict.ok()))
        }) {
            table.append(" | ").append(number);
        }
        table.append(" |\n");
    }
}
