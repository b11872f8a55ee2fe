package io.codeb.benchmarks;

import static io.codeb.benchmarks.Table.number;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * Times backups and restores of a shop's database beside those of other programs, each as a process of its own.
 *
 * <p>What it works on is in the environment; {@code dev/bench} sets that up.
 */
public final class DatabaseBenchmark {
    private static final String DATABASE = "shop";
    private static final int SMALL_TABLES = 10_000;

    private final Shop shop;
    private final long orders;
    private final int rounds;
    private final Pattern only;
    private final Map<String, String> environment;
    private final PrintStream out;
    private final List<Result> failed = new ArrayList<>();

    private DatabaseBenchmark(Map<String, String> environment, long orders, int rounds, Pattern only, PrintStream out) {
        this.environment = environment;
        this.shop = new Shop(environment);
        this.orders = orders;
        this.rounds = rounds;
        this.only = only;
        this.out = out;
    }

    /**
     * Runs one of the benchmarks.
     *
     * @param args which ({@code rivals}, {@code growth} or {@code manners}), how many orders the shop has, how many
     *     rounds, and a regular expression that is to be found in the names of those who take part
     */
    public static void main(String[] args) {
        try {
            DatabaseBenchmark benchmark = new DatabaseBenchmark(
                    System.getenv(),
                    Long.parseLong(args[1]),
                    Integer.parseInt(args[2]),
                    Pattern.compile(args[3], Pattern.CASE_INSENSITIVE),
                    System.out);
            switch (args[0]) {
                case "rivals" -> benchmark.rivals();
                case "growth" -> benchmark.growth();
                case "manners" -> benchmark.manners();
                default -> throw new ConfigException("there is no benchmark '" + args[0] + "'", "use dev/bench");
            }
            benchmark.requireOwnSuccess();
        } catch (CodeBException e) {
            System.err.println("bench: " + e.getMessage() + (e.hint().isEmpty() ? "" : "\nbench: " + e.hint()));
            System.exit(e.code().exitStatus());
        }
    }

    private void rivals() {
        shop.configure(List.of(DATABASE));
        out.println("filling the shop: " + orders + " orders");
        shop.fill(DATABASE, orders);
        Floor floor = Floor.of(shop, DATABASE, rounds);
        Rivals rivals = new Rivals(shop, DATABASE);
        List<Result> backups = run("backup", rivals.backups());
        List<Result> bare = run("exec", rivals.bare());
        List<Result> restores = run("restore", rivals.restores());
        String size = "%,d orders".formatted(orders);
        StringBuilder report = new StringBuilder();
        report.append(heading(size)).append("\n\n");
        report.append(table("backup", backups)
                .withBytes("stored, MiB")
                .withResident("CodeB's memory, MiB")
                .of(backups));
        report.append("\nThe floor is ")
                .append(number(2, floor.seconds()))
                .append(" s: ")
                .append(number(2, floor.reading()))
                .append(" s for two sessions that `COPY` all rows to `/dev/null`,\nand ")
                .append(number(2, floor.compressing()))
                .append(" s of CPU time of `zstd -3`, on ")
                .append(floor.cpus())
                .append(" CPUs.\n\n");
        report.append(new Table("the same dump, as it comes out of the container")
                .withSpeedBeside("speed beside cat", median(bare, Rivals.NOTHING))
                .withBytes("stored, MiB")
                .of(bare));
        report.append('\n');
        report.append(
                table("restore", restores).withResident("CodeB's memory, MiB").of(restores));
        report.append('\n').append(Table.ofCommands(rivals.commands()));
        publish("rivals", report.toString());
        picture("backup.svg", new Chart("Backup of " + size, OptionalDouble.of(floor.seconds())).of(backups));
        picture("restore.svg", new Chart("Restore of " + size, OptionalDouble.empty()).of(restores));
    }

    private void growth() {
        List<String> databases = List.of("shop_quarter", "shop", "shop_fourfold", "shop_tables");
        shop.configure(databases);
        List<Long> sizes = List.of(orders / 4, orders, orders * 4);
        StringBuilder report = new StringBuilder(heading("")).append('\n');
        for (int i = 0; i < databases.size(); i++) {
            String database = databases.get(i);
            String size =
                    i < sizes.size() ? "%,d orders".formatted(sizes.get(i)) : "%,d tables".formatted(SMALL_TABLES);
            out.println("filling a database: " + size);
            if (i < sizes.size()) {
                shop.fill(database, sizes.get(i));
            } else {
                shop.fillWithTables(database, SMALL_TABLES);
            }
            List<Result> backups = run("backup of " + size, new Rivals(shop, database).backups());
            report.append('\n')
                    .append(table("backup of " + size, backups)
                            .withResident("CodeB's memory, MiB")
                            .of(backups));
            shop.drop(database);
        }
        publish("growth", report.toString());
    }

    private void manners() {
        shop.configure(List.of(DATABASE));
        out.println("filling the shop: " + orders + " orders");
        shop.fill(DATABASE, orders);
        Neighbour neighbour = new Neighbour(shop);
        neighbour.moveIn();
        Map<String, Command> others = new LinkedHashMap<>();
        others.put("nobody, for 10 s", shop.command("sleep 10"));
        new Rivals(shop, DATABASE).polite().forEach((name, command) -> {
            if (only.matcher(name).find()) {
                others.put(name, command);
            }
        });
        Map<String, List<Neighbour.Wait>> waits = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            out.println("round " + round);
            others.forEach((name, command) -> {
                Neighbour.Wait wait = neighbour.beside(command::run);
                out.printf(Locale.ROOT, "  %6.2f ms alone, %6.2f ms beside  %s%n", wait.alone(), wait.beside(), name);
                waits.computeIfAbsent(name, unused -> new ArrayList<>()).add(wait);
            });
        }
        StringBuilder report = new StringBuilder(heading("%,d orders".formatted(orders)) + "\n\n"
                + "How long 99 of 100 transactions of pgbench take at the most, " + Neighbour.RATE
                + " of which are due in a second,\nalone and beside a backup; medians.\n\n"
                + "| beside | p99 alone | p99 beside it | rise | it takes |\n| --- | --- | --- | --- | --- |\n");
        waits.forEach((name, all) -> report.append("| %s | %s ms | %s ms | %s %% | %s s |%n"
                .formatted(
                        Table.escaped(name),
                        number(2, median(all, Neighbour.Wait::alone)),
                        number(2, median(all, Neighbour.Wait::beside)),
                        number(0, 100 * median(all, Neighbour.Wait::rise)),
                        number(1, median(all, Neighbour.Wait::seconds)))));
        publish("manners", report.toString());
    }

    private static double median(List<Neighbour.Wait> waits, ToDoubleFunction<Neighbour.Wait> figure) {
        return Result.median(waits.stream().mapToDouble(figure).boxed().toList());
    }

    private List<Result> run(String title, List<Entrant> entrants) {
        Contest contest = new Contest(title, out);
        entrants.stream().filter(entrant -> only.matcher(entrant.name()).find()).forEach(contest::enter);
        List<Result> results = contest.run(0, rounds);
        results.stream().filter(result -> !result.rival() && !result.counts()).forEach(failed::add);
        return results;
    }

    private static Table table(String title, List<Result> results) {
        return new Table(title).withSpeedBeside("speed beside the plain pipeline", median(results, Rivals.PLAIN));
    }

    /** How long the one of that name took; not a number where it did not take part, or failed. */
    private static double median(List<Result> results, String name) {
        return results.stream()
                .filter(result -> result.name().equals(name) && result.counts())
                .mapToDouble(Result::median)
                .findFirst()
                .orElse(Double.NaN);
    }

    private String heading(String size) {
        return (size.isEmpty() ? "" : size + ", ") + rounds + " rounds in turns, one machine, one run:\n`"
                + Command.from(environment, "CODEB_BENCH_CALL").line() + "`.\n" + Table.machine() + ".";
    }

    private void publish(String section, String report) {
        out.println("\n" + report);
        if (environment.containsKey("CODEB_BENCH_DOCUMENT")) {
            new Section(document(), section).write(report);
        }
    }

    private void picture(String name, String svg) {
        Path directory = environment.containsKey("CODEB_BENCH_DOCUMENT")
                ? document().resolveSibling("benchmarks")
                : shop.directory();
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(name), svg);
        } catch (IOException e) {
            throw new ConfigException(name + " cannot be written: " + e.getMessage(), "");
        }
    }

    private Path document() {
        return Path.of(Command.from(environment, "CODEB_BENCH_DOCUMENT").line());
    }

    /** A rival that fails is told in the table, and no failure of this run; one of CodeB's own is. */
    private void requireOwnSuccess() {
        if (!failed.isEmpty()) {
            throw new ConfigException(
                    failed.size() + " of CodeB's own failed: "
                            + failed.stream().map(Result::name).toList(),
                    "");
        }
    }
}
