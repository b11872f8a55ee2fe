package io.codeb.json;

import io.codeb.DrillResult;
import java.time.Instant;
import java.util.List;

/**
 * A backup that was restored for proof.
 *
 * @param backup its ref
 * @param provenAt when it was proven
 * @param image the image of the server
 * @param serverVersion the server's version
 * @param tables rows as they were counted there
 * @param checksums how many tables were compared by their contents
 * @param records rows of all tables
 * @param notices what should be known
 * @param durationMillis how long it took
 */
public record Drilled(
        String backup,
        Instant provenAt,
        String image,
        String serverVersion,
        List<TableView> tables,
        int checksums,
        long records,
        List<NoticeView> notices,
        long durationMillis) {
    /**
     * Makes it of a result.
     *
     * @param result what was proven
     * @return the same as JSON has it
     */
    public static Drilled of(DrillResult result) {
        return new Drilled(
                result.backup().toString(),
                result.finishedAt(),
                result.image(),
                result.server().text(),
                TableView.of(result.tables()),
                result.checksums(),
                result.totalRows(),
                NoticeView.of(result.notices()),
                result.duration().toMillis());
    }
}
