package io.codeb.server.internal.operations;

import io.codeb.server.internal.http.Answer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * An operation's events as they happen, until its end. Takes no thread while it waits; who does not read is cut off by
 * the time that a write may take, and can come back with the number of the last event that he has seen.
 */
final class EventStream implements Answer {
    private static final String BEAT = ":\n\n";
    private static final long BEAT_SECONDS = 10;

    private final EventRing ring;
    private final long after;

    EventStream(EventRing ring, long after) {
        this.ring = ring;
        this.after = after;
    }

    @Override
    public void write(Request request, Response response, Callback callback) {
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        response.getHeaders().put("X-Accel-Buffering", "no");
        new Pump(request.getComponents().getScheduler(), response, callback).begin();
    }

    private final class Pump extends IteratingCallback {
        private final Scheduler scheduler;
        private final Response response;
        private final Callback callback;
        private final Runnable waking = this::iterate;
        private long seen = after;
        private boolean begun;
        private boolean over;
        private volatile boolean beating;
        private volatile Scheduler.@Nullable Task beat;

        Pump(Scheduler scheduler, Response response, Callback callback) {
            this.scheduler = scheduler;
            this.response = response;
            this.callback = callback;
        }

        void begin() {
            ring.follow(waking);
            scheduleBeat();
            iterate();
        }

        private void scheduleBeat() {
            beat = scheduler.schedule(
                    () -> {
                        beating = true;
                        scheduleBeat();
                        iterate();
                    },
                    BEAT_SECONDS,
                    TimeUnit.SECONDS);
        }

        @Override
        protected Action process() {
            if (over) {
                return Action.SUCCEEDED;
            }
            Optional<EventRing.Numbered> next = ring.after(seen);
            if (next.isPresent()) {
                seen = next.get().number();
                return write(false, next.get().text());
            }
            if (ring.endsAt(seen)) {
                over = true;
                return write(true, "");
            }
            if (beating || !begun) {
                beating = false;
                return write(false, BEAT);
            }
            return Action.IDLE;
        }

        private Action write(boolean last, String text) {
            begun = true;
            response.write(last, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), this);
            return Action.SCHEDULED;
        }

        private void end() {
            ring.unfollow(waking);
            Scheduler.Task task = beat;
            if (task != null) {
                task.cancel();
            }
        }

        @Override
        protected void onCompleteSuccess() {
            end();
            callback.succeeded();
        }

        @Override
        protected void onCompleteFailure(Throwable cut) {
            end();
            callback.failed(cut);
        }
    }
}
