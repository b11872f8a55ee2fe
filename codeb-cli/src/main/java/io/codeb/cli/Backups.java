package io.codeb.cli;

import io.codeb.json.BackupView;
import io.codeb.json.FailureView;
import io.codeb.json.NoticeView;
import io.codeb.json.TableView;
import java.util.ArrayList;
import java.util.List;

/** How backups and what belongs to them are shown to people. */
final class Backups {
    private Backups() {}

    static Answer listed(Answer answer, List<BackupView> backups, Words words) {
        if (backups.isEmpty()) {
            return answer.line(words.say("backups.none"));
        }
        List<List<String>> rows = new ArrayList<>();
        for (BackupView backup : backups) {
            rows.add(List.of(
                    backup.ref(),
                    words.time(backup.startedAt()),
                    Words.size(backup.storedSize()),
                    Words.count(backup.tables()),
                    Words.count(backup.records()),
                    backup.provenAt() == null ? words.say("backups.unproven") : words.time(backup.provenAt())));
        }
        return answer.table(
                "llrrrl",
                List.of(
                        words.say("head.backup"),
                        words.say("head.time"),
                        words.say("head.size"),
                        words.say("head.tables"),
                        words.say("head.records"),
                        words.say("head.proven")),
                rows);
    }

    static Answer tables(Answer answer, List<TableView> tables, Words words) {
        return tables.isEmpty()
                ? answer
                : answer.table(
                        "lr",
                        List.of(words.say("head.table"), words.say("head.records")),
                        tables.stream()
                                .map(table ->
                                        List.of(table.schema() + "." + table.name(), Words.count(table.records())))
                                .toList());
    }

    static Answer failures(Answer answer, List<FailureView> failures, Words words) {
        failures.forEach(
                failure -> answer.line(words.say("failure", failure.subject(), failure.reason(), failure.code())));
        return answer;
    }

    static Answer notices(Answer answer, List<NoticeView> notices, Words words) {
        notices.forEach(notice -> answer.line(words.say("notice", notice.id(), notice.message())));
        return answer;
    }
}
