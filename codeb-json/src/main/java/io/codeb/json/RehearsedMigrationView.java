package io.codeb.json;

import io.codeb.deploy.RehearsedMigration;
import java.util.List;

/**
 * A migration that was tried on a copy.
 *
 * @param name which
 * @param durationMs how long it took, in milliseconds
 * @param versions its parts, where its tool tells them apart
 */
public record RehearsedMigrationView(String name, long durationMs, List<RehearsedVersionView> versions) {
    /**
     * Makes it of what codeb-deploy answers.
     *
     * @param migration as it was tried
     * @return the same as JSON has it
     */
    public static RehearsedMigrationView of(RehearsedMigration migration) {
        return new RehearsedMigrationView(
                migration.report().name(),
                migration.duration().toMillis(),
                migration.versions().stream()
                        .map(each -> new RehearsedVersionView(
                                each.version(), each.duration().toMillis()))
                        .toList());
    }
}
