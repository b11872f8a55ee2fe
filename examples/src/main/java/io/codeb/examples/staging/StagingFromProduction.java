package io.codeb.examples.staging;

import io.codeb.CodeB;
import io.codeb.config.Configuration;
import io.codeb.deploy.GuardFailedException;
import io.codeb.deploy.GuardStep;
import io.codeb.deploy.Probe;
import io.codeb.deploy.Staging;
import io.codeb.deploy.StagingReport;
import io.codeb.deploy.StagingRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Gives the project {@code staging} of a configuration the data of its project {@code production}, without what is
 * private, and tries them. {@code examples/workflow} has a configuration and a statement that masks for it, and does
 * the same with the command {@code codeb}.
 */
public final class StagingFromProduction {
    private StagingFromProduction() {}

    /**
     * Runs the program.
     *
     * @param args the configuration, and a file with a statement that takes out what is private
     * @throws IOException when that file cannot be read
     */
    public static void main(String[] args) throws IOException {
        String masking = Files.readString(Path.of(args[1]));
        try (CodeB codeb = Configuration.read(Path.of(args[0])).builder().build()) {
            StagingReport report = Staging.of(codeb)
                    .run(StagingRequest.of("production", "staging")
                            .restoring(restore ->
                                    restore.mapRole("production", "staging").afterLoad(masking))
                            .test(Probe.sql(
                                    "SELECT count(*) = 0 FROM customers WHERE email NOT LIKE '%@example.invalid'")));
            for (GuardStep step : report.guard().steps()) {
                System.out.println(step.kind() + " " + step.detail() + ": " + step.duration());
            }
            System.out.println("staging has " + report.backup());
        } catch (GuardFailedException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }
}
