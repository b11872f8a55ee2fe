package io.codeb.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import io.codeb.model.Cancellation;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeveralTest {
    private static final List<Integer> THOUSAND =
            IntStream.range(0, 1000).boxed().toList();

    @Test
    void eachThingHasItsResultInItsPlace() {
        assertThat(Several.each(THOUSAND, new Cancellation(), i -> i * 2))
                .isEqualTo(THOUSAND.stream().map(i -> i * 2).toList());
        assertThat(Several.each(List.<Integer>of(), new Cancellation(), i -> i)).isEmpty();
    }

    @Test
    void asManyAsThereMayBeAreAtItAtOnceAndNoMore() {
        CyclicBarrier all = new CyclicBarrier(Several.AT_ONCE);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Several.each(THOUSAND.subList(0, Several.AT_ONCE * 5), new Cancellation(), i -> {
            threads.add(Thread.currentThread());
            await(all);
            return i;
        });
        assertThat(threads).hasSize(Several.AT_ONCE).contains(Thread.currentThread());
        threads.remove(Thread.currentThread());
        assertThat(threads).noneMatch(Thread::isAlive);
    }

    @Test
    void oneThatFailsEndsTheOthersAndIsTold() {
        AtomicInteger begun = new AtomicInteger();
        CyclicBarrier all = new CyclicBarrier(Several.AT_ONCE);
        Thread caller = Thread.currentThread();
        assertThatThrownBy(() -> Several.each(THOUSAND, new Cancellation(), i -> {
                    begun.incrementAndGet();
                    await(all);
                    if (Thread.currentThread() == caller) {
                        throw new IllegalStateException("mine");
                    }
                    return waitForEver();
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("mine");
        assertThat(begun).hasValue(Several.AT_ONCE);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static int waitForEver() {
        try {
            new CountDownLatch(1).await();
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void afterACancellationNoneBegins() {
        Cancellation cancellation = new Cancellation();
        AtomicInteger begun = new AtomicInteger();
        assertThatThrownBy(() -> Several.each(THOUSAND, cancellation, i -> {
                    cancellation.cancel("enough");
                    return begun.incrementAndGet();
                }))
                .isInstanceOf(CancelledException.class);
        assertThat(begun.get()).isLessThanOrEqualTo(Several.AT_ONCE);
    }

    @Test
    void anErrorIsThrownAsItIs() {
        assertThatThrownBy(() -> Several.each(THOUSAND, new Cancellation(), i -> {
                    throw new StackOverflowError("as if");
                }))
                .isInstanceOf(StackOverflowError.class)
                .hasMessage("as if");
    }
}
