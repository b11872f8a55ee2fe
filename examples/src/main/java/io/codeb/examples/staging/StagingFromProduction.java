package io.codeb.examples.staging;

import io.codeb.CodeB;
import io.codeb.config.Configuration;
import io.codeb.deploy.GuardFailedException;
import io.codeb.deploy.GuardStep;
import io.codeb.deploy.Staging;
import io.codeb.deploy.StagingReport;
import io.codeb.deploy.StagingRequest;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Gives the project {@code staging} of a configuration the data of its project {@code production}, without what is
 * private, and tries them. {@code examples/workflow} has a configuration for it, which says how, and does the same with
 * the command {@code codeb}.
 */
public final class StagingFromProduction {
    private StagingFromProduction() {}

    /**
     * Runs the program.
     *
     * @param args the configuration
     * @throws IOException when it cannot be read
     */
    public static void main(String[] args) throws IOException {
        Configuration configuration = Configuration.read(Path.of(args[0]));
        StagingRequest request = StagingRequest.of(
                configuration.project("production").orElseThrow(),
                configuration.project("staging").orElseThrow());
        try (CodeB codeb = configuration.builder().build()) {
            StagingReport report = Staging.of(codeb).run(request);
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
