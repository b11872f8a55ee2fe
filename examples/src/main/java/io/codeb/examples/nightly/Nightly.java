package io.codeb.examples.nightly;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.ScheduledJob;
import io.codeb.alert.AlertRoute;
import io.codeb.alert.Alerts;
import io.codeb.model.Secret;
import io.codeb.retention.RetentionPolicy;
import io.codeb.schedule.CronLine;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Backs up the database {@code shop} of this host each night, until it is told to end. A program that takes alerts is
 * told what fails and what is late.
 *
 * <p>The server's port, the directory for the backups and when they are made are the arguments; the password of the
 * user {@code shop}, the address of that program and the key for it are in the environment.
 */
public final class Nightly {
    private Nightly() {}

    /**
     * Runs the program.
     *
     * @param args the port, the directory, and five fields of cron
     * @throws InterruptedException never
     */
    public static void main(String[] args) throws InterruptedException {
        int port = Integer.parseInt(args[0]);
        Path directory = Path.of(args[1]);
        CronLine nightly = CronLine.of(args[2]);
        Secret password = Secret.env("SHOP_PASSWORD");
        AlertRoute duty = AlertRoute.webhook(Secret.env("HOOK_URL"), Secret.env("HOOK_KEY"));

        CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(directory))
                .project(Project.postgresql("shop")
                        .server("127.0.0.1", port)
                        .password(password)
                        .maxBackupAge(Duration.ofHours(26))
                        .retention(RetentionPolicy.keep().days(30).last(3)))
                .schedule(ScheduledJob.backup("shop", nightly))
                .schedule(ScheduledJob.prune("shop", CronLine.of("30 4 * * *")))
                .alerts(Alerts.none().to(AlertRoute.log()).to(duty))
                .build();
        codeb.schedules().start();
        codeb.alerts().watch(Duration.ofMinutes(15));

        // What goes on when the process is told to end is cancelled, and what it has begun undone.
        Runtime.getRuntime().addShutdownHook(new Thread(codeb::close));
        Thread.currentThread().join();
    }
}
