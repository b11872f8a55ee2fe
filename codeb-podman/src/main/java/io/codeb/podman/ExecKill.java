package io.codeb.podman;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.codeb.error.CodeBException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.podman.ContainerApi.ExecRequest;
import io.codeb.spi.runtime.ExecSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills a command with all that it has started, by a second command in its container: the API has no call for it, and
 * closing a connection kills nothing.
 */
final class ExecKill {
    private static final Logger LOG = LoggerFactory.getLogger(ExecKill.class);

    private static final int NOTHING_LEFT = 0;
    private static final int NOTHING_FOUND = 4;
    private static final int UNKNOWN = -1;
    private static final Pattern ENDED = Pattern.compile("ended ([0-9]{1,3})\n");

    /** Nothing runs in a container that does not, but in a paused one. */
    private static final Set<ErrorCode> CONTAINER_ENDED =
            Set.of(ErrorCode.CONTAINER_NOT_FOUND, ErrorCode.CONTAINER_NOT_RUNNING);

    /**
     * Only builtins and {@code kill}, because images are bare. {@code run} holds the wrapper, its session, its process
     * group and every descendant ever seen; {@code live} those that still are. A process that is only waiting to be
     * reaped is dead. Where the wrapper's process id is not known, command lines tell; where it is, its command line
     * must hold the nonce, or the id has passed on to somebody else. What a run of others has left is told by the
     * variable in its environment; the status says whether there was any.
     *
     * <p>Children go before their parents, which reap them. An orphan would become the child of the container's first
     * process: where that is a database server, it takes a child's death by a signal for a crash of its own, and breaks
     * every connection to recover. Only what starts new children for those that were killed goes all at once in the
     * end.
     */
    private static final String SCRIPT = """
            cd /proc || exit 3
            run=
            none=0
            if [ -n "$CODEB_LEFT" ]; then
              none=4
              for p in [0-9]*; do
                c=
                { while IFS= read -r c || [ -n "$c" ]; do
                  case $c in *"CODEB_RUN_ID=$CODEB_LEFT"*) run="$run $p"; break ;; esac
                  c=
                done <"$p/environ"; } 2>/dev/null
              done
            else for p in ${1:-[0-9]*}; do
              c=
              { IFS= read -r c <"$p/cmdline"; } 2>/dev/null
              case $c in
              *"$CODEB_RUN"*) run="$run $p" ;;
              '') [ -n "$1" ] && run="$run $p" ;;
              esac
            done; fi
            [ -n "$run" ] || exit $none
            look() {
              live=
              grew=1
              while [ -n "$grew" ]; do
                grew=
                live=
                parents=
                for p in [0-9]*; do
                  s=
                  { IFS= read -r s <"$p/stat"; } 2>/dev/null
                  set -- ${s##*) }
                  [ $# -gt 4 ] || continue
                  case $1 in [ZX]) continue ;; esac
                  case " $run " in
                  *" $p "*)
                    live="$live $p"
                    parents="$parents $2"
                    ;;
                  *" $2 "* | *" $3 "* | *" $4 "*)
                    run="$run $p"
                    live="$live $p"
                    parents="$parents $2"
                    grew=1
                    ;;
                  esac
                done
              done
              [ -n "$live" ]
            }
            for step in TERM KILL ALL; do
              signal=${step#ALL}
              told=
              for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
                look || exit 0
                case $step$i in
                KILL10) break ;;
                ALL*) parents= told= ;;
                esac
                for p in $live; do
                  case " $parents $told " in
                  *" $p "*) ;;
                  *)
                    told="$told $p"
                    kill -s ${signal:-KILL} $p 2>/dev/null
                    ;;
                  esac
                done
                sleep 0.1 2>/dev/null || sleep 1
              done
            done
            exit 1
            """;

    private final ContainerApi api;
    private final String container;
    private final Duration limit;

    ExecKill(ContainerApi api, String container, Duration limit) {
        this.api = api;
        this.container = container;
        this.limit = limit;
    }

    /**
     * Kills, and waits until nothing is left. Never throws.
     *
     * @param nonce the command's own
     * @param pid the wrapper's process id, where it has been said
     * @param user as whom the command runs
     * @return whether it is known that nothing is left
     */
    boolean kill(String nonce, Optional<String> pid, String user) {
        // The superuser may kill whoever the command has become; without that right, the command's own user may do.
        Set<String> users = new TreeSet<>(List.of("0", user));
        try {
            for (String killer : users) {
                if (run("CODEB_RUN=" + nonce, pid.orElse(""), killer) == NOTHING_LEFT) {
                    return true;
                }
            }
            LOG.warn("a command in container {} could not be killed; it may still run", container);
        } catch (IOException | CodeBException e) {
            if (e instanceof CodeBException failure
                    && CONTAINER_ENDED.contains(failure.code())
                    && !api.isPaused(container)) {
                return true;
            }
            LOG.warn("a command in container {} could not be killed and may still be there: {}", container, Text.of(e));
        }
        return false;
    }

    /**
     * Kills all that a run has left in the container, and waits until nothing is left.
     *
     * @return whether there was any
     * @throws CodeBException when nobody knows that nothing is left
     */
    boolean endRun(String run) {
        int status;
        try {
            status = run("CODEB_LEFT=" + ExecSpec.runMark(run).split("=", 2)[1], "", "0");
        } catch (IOException e) {
            throw stillThere(run, Text.of(e), e);
        }
        if (status != NOTHING_LEFT && status != NOTHING_FOUND) {
            throw stillThere(run, "the command that looks for them ended with status " + status, null);
        }
        return status == NOTHING_LEFT;
    }

    private ContainerException stillThere(String run, String why, @Nullable IOException cause) {
        return new ContainerException(
                ErrorCode.EXEC_LOST,
                "what run " + run + " has left in container " + container + " may still be there: " + why,
                "try again, or restart the container",
                cause);
    }

    /** Answers the script's exit status, by its own word or by the API's, or {@link #UNKNOWN}. */
    private int run(String what, String pid, String user) throws IOException {
        Cancellation never = new Cancellation();
        List<String> command = List.of("sh", "-c", "(\n" + SCRIPT + ")\necho \"ended $?\"\n", "sh", pid);
        String id = api.createExec(container, new ExecRequest(command, List.of(what), user, false), never);
        Deadline deadline = Deadline.in(limit);
        ExecStream stream = api.startExec(container, id, never);
        try (Wire wire = stream.wire()) {
            ByteBuffer heard = ByteBuffer.allocate(4096);
            while (!deadline.passed() && heard.hasRemaining() && wire.read(heard, deadline) != Wire.END) {
                // Docker holds back how a command has ended while another one's output is stuck.
                Matcher ended =
                        ENDED.matcher(ISO_8859_1.decode(heard.duplicate().flip()));
                if (ended.find()) {
                    return Integer.parseInt(ended.group(1));
                }
            }
        }
        return ExecSettling.await(api, id, deadline) instanceof ExecState.Exited exited ? exited.status() : UNKNOWN;
    }
}
