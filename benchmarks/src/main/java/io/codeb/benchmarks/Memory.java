package io.codeb.benchmarks;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.io.PrintStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * The most memory that this JVM has had at once, from the time that it is watched: what is resident, as the kernel
 * counts it, and what is in use. How large the heap grows before it is collected is the JVM's choice, so of the heap
 * that counts which was left by a collection; direct buffers are looked at twenty times a second.
 */
final class Memory implements AutoCloseable {
    private static final int MILLISECONDS = 50;

    private final AtomicLong heap = new AtomicLong();
    private final AtomicLong heapWithGarbage = new AtomicLong();
    private final AtomicLong direct = new AtomicLong();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "memory");
        thread.setDaemon(true);
        return thread;
    });

    Memory() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector)
                    .addNotificationListener(
                            (notification, handback) -> {
                                if (notification.getUserData() instanceof CompositeData data) {
                                    raise(heap, leftBy(data));
                                }
                            },
                            null,
                            null);
        }
        var unused = looks.scheduleAtFixedRate(this::look, 0, MILLISECONDS, TimeUnit.MILLISECONDS);
    }

    private static long leftBy(CompositeData collection) {
        return GarbageCollectionNotificationInfo.from(collection)
                .getGcInfo()
                .getMemoryUsageAfterGc()
                .entrySet()
                .stream()
                .filter(pool -> !pool.getKey().startsWith("CodeHeap")
                        && !pool.getKey().contains("Metaspace")
                        && !pool.getKey().contains("Class Space"))
                .map(Map.Entry::getValue)
                .mapToLong(MemoryUsage::getUsed)
                .sum();
    }

    private void look() {
        raise(
                direct,
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .filter(pool -> pool.getName().equals("direct"))
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum());
        raise(
                heapWithGarbage,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }

    private static void raise(AtomicLong peak, long seen) {
        peak.accumulateAndGet(seen, Math::max);
    }

    void report(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%nmemory of this JVM at its peak: %d MiB resident; heap %d MiB after a collection,"
                        + " %d MiB with garbage; direct buffers %d MiB%n",
                Resident.ofThisJvm() >> 10,
                heap.get() >> 20,
                heapWithGarbage.get() >> 20,
                direct.get() >> 20);
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
