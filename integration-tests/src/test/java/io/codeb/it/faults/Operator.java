package io.codeb.it.faults;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.RecoveryReport;
import io.codeb.RestoreRequest;
import io.codeb.RollbackRequest;
import io.codeb.error.CodeBException;
import io.codeb.it.faults.Blow.Side;
import io.codeb.model.BackupId;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** One operation, in a process of its own that can be killed. It says on its stdout how far it is. */
public final class Operator {
    /** Begins every line that is meant for whoever has started it. */
    static final String SAYS = "operator: ";

    /** It is at the call at which it is struck. */
    static final String REACHED = "reached";

    /** It has done what it was to do; what it says of that follows. */
    static final String DONE = "done ";

    /** It has failed with an error of the library's; its code and its message follow. */
    static final String FAILED = "failed ";

    /** It has failed with anything else. */
    static final String BROKEN = "broken ";

    /** How many calls it has made; their numbers follow. */
    static final String CALLS = "calls ";

    /** A recovery says that it could not bring order. */
    private static final class Unrecovered extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unrecovered(RecoveryReport report) {
            super(report.toString());
        }
    }

    private Operator() {}

    static void say(String what) {
        System.out.println(SAYS + what.replace('\n', ' '));
        System.out.flush();
    }

    public static void main(String[] args) {
        Order order = Order.parse(List.of(args));
        Course course = new Course(order.blow());
        String end;
        try (CodeB codeb = CodeB.builder()
                .storage(new SteppedStorage.Provider(course))
                .runtime(new SteppedRuntime.Provider(order.access().runtime(), course))
                .repository(BackupRepository.at(SteppedStorage.STEPPED
                        + BackupRepository.at(order.repository()).location()))
                .project(order.access().stepped())
                .build()) {
            String said = order.sabotage() == Sabotage.LIE ? "" : work(codeb, order);
            Saboteur.of(order).work();
            end = DONE + said;
        } catch (Unrecovered e) {
            end = FAILED + e.getMessage();
        } catch (CodeBException e) {
            end = FAILED + e.code() + " " + e.getMessage();
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            end = BROKEN + e;
        }
        // What is closed has ended all that it has begun: only now nothing is done any more.
        say(CALLS + course.calls().getOrDefault(Side.COMMANDS, 0) + " "
                + course.calls().getOrDefault(Side.STORAGE, 0));
        say(end);
    }

    /** Does it, and answers what it says, in words. */
    private static String work(CodeB codeb, Order order) {
        switch (order.operation()) {
            case BACKUP -> codeb.backups().run(Operation.PROJECT);
            case REPLACE -> codeb.restores().run(restore(order).replacing());
            case FILL ->
                codeb.restores().run(restore(order).into(Operation.EMPTY).intoExisting());
            case CREATE -> codeb.restores().run(restore(order).into(Operation.NEW));
            case IMPORT ->
                codeb.restores()
                        .run(RestoreRequest.ofFile(Path.of(order.source()))
                                .onProject(Operation.PROJECT)
                                .into(Operation.NEW));
            case ROLL_BACK -> codeb.restores().rollback(RollbackRequest.of(Operation.PROJECT));
            case RECOVER -> {
                RecoveryReport report = codeb.restores().recover();
                if (!report.ok()) {
                    throw new Unrecovered(report);
                }
                return report.restores().stream()
                        .map(each -> each.outcome().name())
                        .collect(Collectors.joining(" "));
            }
        }
        return "";
    }

    private static RestoreRequest restore(Order order) {
        return RestoreRequest.of(new BackupId(order.source()));
    }
}
