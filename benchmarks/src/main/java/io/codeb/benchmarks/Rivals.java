package io.codeb.benchmarks;

import io.codeb.error.ConfigException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who backs a database up, and who restores it: CodeB, and what others do it with. What a backup wrote is on the disk
 * when it ends.
 */
final class Rivals {
    /** What CodeB is compared with above all: what most people have in their crontab. */
    static final String PLAIN = "plain pipeline";

    /** The least that it can cost to get a dump out of the container. */
    static final String NOTHING = "exec pg_dump | cat";

    private static final String RESTORED = "shop_restored";

    private final Shop shop;
    private final String database;
    private final Map<String, String> commands = new LinkedHashMap<>();

    Rivals(Shop shop, String database) {
        this.shop = shop;
        this.database = database;
    }

    /** What was run, by the name of the one who did. */
    Map<String, String> commands() {
        return Collections.unmodifiableMap(commands);
    }

    /** Who backs up. What each made in the last round stays. */
    List<Entrant> backups() {
        List<Entrant> entrants = new ArrayList<>();
        for (Shop.Form form : Shop.FORMS) {
            entrants.add(backup(form));
        }
        entrants.add(
                maker(PLAIN, "plain.sql.gz", shop.exec() + "pg_dump " + user() + database + " | gzip >plain.sql.gz"));
        entrants.add(maker("pg_dump -Fc", "custom.dump", "pg_dump -Fc -f custom.dump " + database));
        entrants.add(maker("pg_dump -Fd -j2", "directory", "pg_dump -Fd -j2 -f directory " + database));
        entrants.add(maker(
                "pg_dump | zstd -T2", "zstd.sql.zst", "pg_dump " + database + " | zstd -q -3 -T2 -o zstd.sql.zst"));
        entrants.add(maker(
                "pg_dump | zstd -T2 | age",
                "zstd.sql.zst.age",
                "pg_dump " + database + " | zstd -q -3 -T2 | age -r \"$CODEB_BENCH_RECIPIENT\" >zstd.sql.zst.age"));
        if (shop.hasData()) {
            entrants.add(physical());
        }
        return entrants;
    }

    /**
     * What it costs to get a dump out of the container: to throw it away, to write it into a file, and CodeB's backup
     * that neither compresses nor encrypts.
     */
    List<Entrant> bare() {
        String dump = shop.exec() + "pg_dump " + user() + database;
        return List.of(
                rival(NOTHING, dump + " | cat >/dev/null"),
                maker("exec pg_dump >file", "exec.sql", dump + " >exec.sql"),
                backup(Shop.BARE));
    }

    /** Who backs up while others work: CodeB as it is without a word, and nice, and what most people have. */
    Map<String, Command> polite() {
        Map<String, Command> all = new LinkedHashMap<>();
        String form = Shop.FORMS.get(0).name();
        String fresh = "rm -rf " + form + " && mkdir " + form + " && ";
        all.put("CodeB", shop.command(fresh + shop.codeb("db backup " + database + " --repository " + form)));
        String polite = shop.codeb("db backup " + Shop.nice(database) + " --repository " + form);
        all.put("CodeB, nice", shop.command(fresh + polite));
        all.put("CodeB, nice, in a nice process", shop.command(fresh + "exec nice -n 19 " + polite));
        all.put(
                PLAIN,
                shop.command(
                        shop.exec() + "pg_dump " + user() + database + " | gzip >plain.sql.gz && sync plain.sql.gz"));
        all.put(
                "pg_dump | zstd -T2",
                shop.command("pg_dump " + database + " | zstd -q -f -3 -T2 -o zstd.sql.zst && sync zstd.sql.zst"));
        return all;
    }

    private Entrant backup(Shop.Form form) {
        String name = "CodeB " + form.name();
        String command = shop.codeb("db backup " + database + " " + form.mode() + " --repository " + form.name());
        commands.put(name, command);
        return Entrant.ours(name, shop.command(command)::watched)
                .preparedBy(shop.command("rm -rf " + form.name() + " && mkdir " + form.name())::run)
                .lookedAtBy(() -> shop.size(form.name()));
    }

    private Entrant maker(String name, String made, String command) {
        return rival(name, command + " && sync " + made + (made.contains(".") ? "" : "/*"))
                .preparedBy(shop.command("rm -rf " + made)::run)
                .lookedAtBy(() -> shop.size(made));
    }

    private Entrant physical() {
        String pgbackrest = "PGBACKREST_CONFIG=$PWD/pgbackrest.conf pgbackrest --stanza=shop ";
        return rival("pgBackRest (physical)", pgbackrest + "--type=full backup")
                .preparedBy(shop.command(
                        "rm -rf pgbackrest && mkdir pgbackrest && " + pgbackrest + "--no-online stanza-create")::run)
                .lookedAtBy(() -> shop.size("pgbackrest"));
    }

    private Entrant rival(String name, String command) {
        commands.put(name, command);
        return Entrant.rival(name, shop.command(command)::watched);
    }

    /** Who restores what {@link #backups} have left, into a new database. */
    List<Entrant> restores() {
        List<Entrant> entrants = new ArrayList<>();
        for (Shop.Form form : Shop.FORMS) {
            entrants.add(restore(form));
        }
        entrants.add(loader(
                PLAIN,
                "gunzip -c plain.sql.gz | " + shop.exec() + "psql -Xq " + user() + "-v ON_ERROR_STOP=1 " + RESTORED));
        entrants.add(loader("pg_restore -j2 (-Fc)", "pg_restore -j2 -d " + RESTORED + " custom.dump"));
        entrants.add(loader("pg_restore -j2 (-Fd)", "pg_restore -j2 -d " + RESTORED + " directory"));
        entrants.add(loader(
                "age -d | zstd -d | psql",
                "age -d -i \"$CODEB_BENCH_IDENTITY\" zstd.sql.zst.age | zstd -dcq | psql -Xq -v ON_ERROR_STOP=1 "
                        + RESTORED));
        // One that fails sends SIGTERM to all of its process group, which are this benchmark and who began it, too.
        entrants.add(loader(
                "pgcopydb clone (no backup)",
                "setsid --wait pgcopydb clone --source postgresql:///" + database + " --target postgresql:///"
                        + RESTORED + " --table-jobs 2 --index-jobs 2 --dir pgcopydb --restart >pgcopydb.log 2>&1"
                        + " || { tail -n 20 pgcopydb.log >&2; exit 1; }"));
        return entrants;
    }

    private Entrant restore(Shop.Form form) {
        String name = "CodeB " + form.name();
        String command = shop.codeb(
                "db restore " + database + " latest --repository " + form.name() + " --into " + RESTORED + " --yes");
        commands.put("restore: " + name, command);
        return Entrant.ours(name, shop.command(command)::watched)
                .preparedBy(() -> shop.drop(RESTORED))
                .lookedAtBy(this::compare);
    }

    private Entrant loader(String name, String command) {
        commands.put("restore: " + name, command);
        return Entrant.rival(name, shop.command(command)::watched)
                .preparedBy(() -> shop.makeAnew(RESTORED))
                .lookedAtBy(this::compare);
    }

    /** All orders must be there, and their index. */
    private long compare() {
        String question = "SELECT count(*) + (SELECT count(*) FROM pg_indexes WHERE schemaname = 'public') FROM orders";
        long there = shop.number(RESTORED, question);
        long wanted = shop.number(database, question);
        if (there != wanted) {
            throw new ConfigException("of " + wanted + " orders and indexes " + there + " are there", "");
        }
        return 0;
    }

    /** For a program in the container, which has none of the variables that name the server. */
    private String user() {
        return shop.inContainer() ? "-U \"$PGUSER\" " : "";
    }
}
