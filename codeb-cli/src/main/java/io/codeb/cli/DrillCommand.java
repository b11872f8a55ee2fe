package io.codeb.cli;

import io.codeb.DrillRequest;
import io.codeb.DrillResult;
import io.codeb.json.Drilled;
import io.codeb.json.NoticeView;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "drill", description = "Proves that a backup can be restored, in a container that is thrown away.")
final class DrillCommand extends BackupTask {
    private static final long MIB = 1 << 20;

    @Option(
            names = "--image",
            paramLabel = "NAME",
            description = "The server's image; that of its own container without it.")
    @Nullable
    String image;

    @Option(
            names = "--memory",
            paramLabel = "MIB",
            description = "How much memory the container may have; 1024 without it.")
    @Nullable
    Integer memory;

    @Option(names = "--cores", paramLabel = "NUMBER", description = "How many processors it may use; 1 without it.")
    @Nullable
    Double cores;

    @Option(names = "--no-limits", description = "Limits neither memory nor processors.")
    boolean withoutLimits;

    @Option(names = "--in-memory", paramLabel = "MIB", description = "Keeps the data in memory, at most this much.")
    @Nullable
    Integer inMemory;

    @Option(names = "--limit", paramLabel = "TIME", description = "How long it may take; 1h without it.")
    @Nullable
    Duration limit;

    @Override
    Answer run(Session session) {
        DrillRequest request = DrillRequest.of(ref(session));
        request = image == null ? request : request.image(image);
        request = withoutLimits ? request.withoutLimits() : request;
        request = memory == null ? request : request.memory(memory * MIB);
        request = cores == null ? request : request.cores(cores);
        request = inMemory == null ? request : request.inMemory(inMemory * MIB);
        request = limit == null ? request : request.limit(limit);
        DrillResult result = session.codeb().drills().run(request, session.cancellation());
        Answer answer = Answer.of(Drilled.of(result))
                .line(session.words()
                        .say(
                                "drill.done",
                                result.backup(),
                                Words.count(result.tables().size()),
                                Words.count(result.totalRows()),
                                result.image(),
                                Words.took(result.duration())));
        return Backups.notices(answer, NoticeView.of(result.notices()), session.words());
    }
}
