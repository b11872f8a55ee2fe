package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.codeb.alert.AlertRoute;
import io.codeb.alert.AlertService;
import io.codeb.alert.Alerts;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.Finding;
import io.codeb.event.RunListener;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.ContainerCommand;
import io.codeb.model.EntryKind;
import io.codeb.model.Secret;
import io.codeb.retention.RetentionPolicy;
import io.codeb.schedule.CronLine;
import io.codeb.spi.alert.AlertChannelProvider;
import io.codeb.spi.alert.AlertKind;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import io.codeb.spi.storage.StorageProvider;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application hands over and cannot be, is named where it is handed over. */
class ArgumentsTest {
    private static final BackupId ID = new BackupId("20260102T030405Z-abcdefgh");
    private static final Project PROJECT = Project.postgresql("shop");
    private static final CronLine NIGHTLY = CronLine.of("0 3 * * *");

    private static final Set<Class<?>> INTERFACES = Set.of(
            RunListener.class,
            RuntimeProvider.class,
            StorageProvider.class,
            DatabaseEngineProvider.class,
            CodecProvider.class,
            AlertChannelProvider.class,
            BackupServiceProvider.class,
            RestoreServiceProvider.class,
            RestoreRequest.StreamOpener.class,
            DrillWork.class,
            Runnable.class,
            Supplier.class,
            UnaryOperator.class);

    private static final Set<Class<?>> CLOSABLE = Set.of(
            CodeB.class,
            BackupService.class,
            RestoreService.class,
            DrillService.class,
            CatalogService.class,
            DatabaseService.class,
            RetentionService.class,
            ScheduleService.class,
            AlertService.class,
            StatusService.class);

    /** What is asked, with an object of it where there must be one. */
    private static Map<Class<?>, @Nullable Object> asked(CodeB codeb) {
        Map<Class<?>, @Nullable Object> asked = new LinkedHashMap<>();
        asked.put(CodeB.class, codeb);
        asked.put(CodeB.Builder.class, CodeB.builder());
        asked.put(BackupService.class, codeb.backups());
        asked.put(RestoreService.class, codeb.restores());
        asked.put(DrillService.class, codeb.drills());
        asked.put(CatalogService.class, codeb.catalog());
        asked.put(DatabaseService.class, codeb.databases());
        asked.put(RetentionService.class, codeb.retention());
        asked.put(StatusService.class, codeb.status());
        asked.put(ScheduleService.class, codeb.schedules());
        asked.put(ScheduledJob.class, ScheduledJob.drill("shop", NIGHTLY));
        asked.put(CronLine.class, NIGHTLY);
        asked.put(RetentionRequest.class, RetentionRequest.of("shop"));
        asked.put(RetentionPolicy.class, RetentionPolicy.keep());
        asked.put(AlertService.class, codeb.alerts());
        asked.put(Alerts.class, Alerts.none());
        asked.put(AlertRoute.class, AlertRoute.log());
        asked.put(Project.class, PROJECT);
        asked.put(BackupRepository.class, BackupRepository.at("memory:x"));
        asked.put(BackupQuery.class, BackupQuery.of("shop"));
        asked.put(BackupRequest.class, BackupRequest.of("shop"));
        asked.put(RestoreRequest.class, RestoreRequest.of(ID));
        asked.put(DrillRequest.class, DrillRequest.of(ID));
        asked.put(QueryRequest.class, QueryRequest.of("shop", "SELECT 1"));
        asked.put(CreateRequest.class, CreateRequest.of("shop", "shop"));
        asked.put(DropRequest.class, DropRequest.of("shop", "shop"));
        asked.put(RollbackRequest.class, RollbackRequest.of("shop"));
        asked.put(ExportRequest.class, null);
        asked.put(DumpRequest.class, null);
        asked.put(BackupId.class, ID);
        asked.put(BackupRef.class, new BackupRef("default", "shop", ID));
        asked.put(Secret.class, Secret.of("canary"));
        asked.put(ContainerCommand.class, ContainerCommand.of("true"));
        asked.put(Cancellation.class, new Cancellation());
        asked.put(RuntimeConfig.class, RuntimeConfig.of("podman"));
        asked.put(ProviderConfig.class, ProviderConfig.of("memory"));
        return asked;
    }

    /** Something of each type that is taken; a text is a name, an id or an address, as it is called. */
    private static Object sample(Parameter parameter) {
        Class<?> type = parameter.getType();
        if (type == String.class) {
            return switch (parameter.getName()) {
                case "uri" -> "memory:x";
                case "text" -> ID.value();
                default -> "shop";
            };
        }
        if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 0);
        }
        List<Object> samples = List.of(
                1,
                1L,
                1.5,
                Path.of("x.sql"),
                URI.create("memory:x"),
                Duration.ofHours(1),
                Map.of(),
                Instant.EPOCH,
                new SecureRandom(),
                Clock.systemUTC(),
                OutputStream.nullOutputStream(),
                ArgumentsTest.class.getClassLoader(),
                EntryKind.DUMP,
                Finding.Severity.ERROR,
                ID,
                new BackupRef("default", "shop", ID),
                PROJECT,
                BackupRepository.at("memory:x"),
                BackupQuery.of("shop"),
                BackupRequest.of("shop"),
                RestoreRequest.of(ID),
                ContainerCommand.of("true"),
                DrillRequest.of(ID),
                QueryRequest.of("shop", "SELECT 1"),
                CreateRequest.of("shop", "shop"),
                DropRequest.of("shop", "shop"),
                RollbackRequest.of("shop"),
                RetentionRequest.of("shop"),
                RetentionPolicy.keep(),
                NIGHTLY,
                ScheduledJob.backup("shop", NIGHTLY),
                List.of(),
                ZoneOffset.UTC,
                ExportRequest.plain(OutputStream.nullOutputStream()),
                DumpRequest.plain("shop", OutputStream.nullOutputStream()),
                Secret.of("canary"),
                Locale.ENGLISH,
                AlertKind.TEST,
                Alerts.none(),
                AlertRoute.log(),
                new Cancellation(),
                RuntimeConfig.of("podman"),
                ProviderConfig.of("memory"),
                ProviderConfig.of("memory").reader(),
                new InMemoryStorageProvider());
        return samples.stream()
                .filter(sample -> boxed(type).isInstance(sample))
                .findFirst()
                .orElseGet(() -> anything(type));
    }

    private static Class<?> boxed(Class<?> type) {
        Map<Class<?>, Class<?>> boxes =
                Map.of(int.class, Integer.class, long.class, Long.class, double.class, Double.class);
        return boxes.getOrDefault(type, type);
    }

    private static Object anything(Class<?> type) {
        assertThat(INTERFACES.contains(type))
                .as("there is a sample of %s", type)
                .isTrue();
        return Proxy.newProxyInstance(
                ArgumentsTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    throw new AssertionError("nobody asked for " + method);
                });
    }

    private static Stream<Executable> calls(Class<?> type) {
        return Stream.<Executable>concat(Arrays.stream(type.getMethods()), Arrays.stream(type.getConstructors()))
                .filter(call -> !call.isSynthetic() && call.getDeclaringClass().equals(type))
                .filter(call -> !List.of("equals", "compareTo").contains(call.getName()));
    }

    private static void call(Executable call, @Nullable Object of, @Nullable Object[] arguments) throws Throwable {
        try {
            if (call instanceof Method method) {
                method.setAccessible(true);
                method.invoke(Modifier.isStatic(method.getModifiers()) ? null : of, arguments);
            } else {
                ((Constructor<?>) call).newInstance(arguments);
            }
        } catch (InvocationTargetException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    private record Missing(
            Executable call, Parameter parameter, @Nullable Throwable answer) {
        boolean isNamed() {
            return answer instanceof NullPointerException bare
                    && parameter.getName().equals(bare.getMessage());
        }

        @Override
        public String toString() {
            return call.toGenericString() + ", " + parameter.getName() + ": " + answer;
        }
    }

    @Test
    void whateverIsMissingIsNamed() {
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at("memory:x"))
                .storage(new InMemoryStorageProvider())
                .build()) {
            List<Missing> missing = asked(codeb).entrySet().stream()
                    .flatMap(asked -> calls(asked.getKey()).flatMap(call -> without(call, asked.getValue())))
                    .toList();

            assertThat(missing).hasSizeGreaterThan(80);
            assertThat(missing).filteredOn(one -> !one.isNamed()).isEmpty();
        }
    }

    /** The call without each of what it needs, one after the other. */
    private static Stream<Missing> without(Executable call, @Nullable Object of) {
        Parameter[] parameters = call.getParameters();
        return Stream.of(parameters)
                .filter(parameter -> !parameter.getType().isPrimitive())
                .filter(parameter -> !parameter.getAnnotatedType().isAnnotationPresent(Nullable.class))
                .map(parameter -> {
                    Object[] arguments = Stream.of(parameters)
                            .map(other -> other.equals(parameter) ? null : sample(other))
                            .toArray();
                    return new Missing(call, parameter, catchThrowable(() -> call(call, of, arguments)));
                });
    }

    private record Answer(Executable call, @Nullable Throwable failure) {
        boolean saysClosed() {
            return failure instanceof CodeBException refusal && refusal.code() == ErrorCode.CLOSED;
        }

        @Override
        public String toString() {
            return call.toGenericString() + ": " + failure;
        }
    }

    /** Whatever looks at anything or changes it; not what answers a service or a setting. */
    @Test
    void whatIsAskedOfOneThatIsClosedIsRefusedWithOneCode() {
        CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at("memory:x"))
                .storage(new InMemoryStorageProvider())
                .build();
        codeb.close();
        codeb.close();
        Set<String> noQuestions = Set.of(
                "backups",
                "restores",
                "drills",
                "catalog",
                "databases",
                "retention",
                "schedules",
                "alerts",
                "status",
                "builder",
                "close",
                "in",
                "repositories");

        List<Answer> answers = asked(codeb).entrySet().stream()
                .filter(asked -> CLOSABLE.contains(asked.getKey()))
                .flatMap(asked -> calls(asked.getKey())
                        .filter(call -> !noQuestions.contains(call.getName()))
                        .map(call -> answer(call, asked.getValue())))
                .toList();

        assertThat(answers).hasSizeGreaterThan(40);
        assertThat(answers).filteredOn(answer -> !answer.saysClosed()).isEmpty();
    }

    private static Answer answer(Executable call, @Nullable Object of) {
        Object[] samples =
                Stream.of(call.getParameters()).map(ArgumentsTest::sample).toArray();
        return new Answer(call, catchThrowable(() -> call(call, of, samples)));
    }

    @Test
    void whateverIsMissingInAListIsNamed() {
        String[] none = {null};
        assertThatThrownBy(() -> BackupRequest.of("shop").tables(none)).hasMessage("patterns");
        assertThatThrownBy(() -> BackupRequest.of("shop").options(none)).hasMessage("options");
        assertThatThrownBy(() -> BackupRepository.at("memory:x").encryptTo(none))
                .hasMessage("recipients");
        assertThatThrownBy(() -> BackupRepository.at("memory:x").mirroredTo(none))
                .hasMessage("repositories");
        assertThatThrownBy(() -> RestoreRequest.of(ID).allowing(new io.codeb.model.Reach[] {null}))
                .hasMessage("reach");
    }

    static Stream<ThrowingCallable> timesThatNothingIsKeptFor() {
        return Stream.of(
                () -> RestoreRequest.of(ID).replacing(Duration.ofSeconds(-1)),
                () -> RestoreRequest.of(ID).replacing(Duration.ofDays(4000)),
                () -> RollbackRequest.of("shop").keeping(Duration.ofMillis(999)),
                () -> RollbackRequest.of("shop").keeping(Duration.ofDays(4000)));
    }

    @ParameterizedTest
    @MethodSource("timesThatNothingIsKeptFor")
    void aTimeThatNothingCanBeKeptForIsRefusedAtOnce(ThrowingCallable word) {
        assertThatThrownBy(word).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("is kept for");
    }

    static Stream<ThrowingCallable> emptyNames() {
        return Stream.of(
                () -> RestoreRequest.of(ID).into(""),
                () -> RestoreRequest.of(ID).into("a\0b"),
                () -> RestoreRequest.of(ID).fromDatabase(""),
                () -> QueryRequest.of("shop", "SELECT 1").database(""),
                () -> CreateRequest.of("shop", ""),
                () -> CreateRequest.of("shop", "copy").template("a\0b"),
                () -> DropRequest.of("shop", ""),
                () -> RollbackRequest.of("shop").database(""),
                () -> RollbackRequest.of("shop").to(""),
                () -> PROJECT.database(""));
    }

    @ParameterizedTest
    @MethodSource("emptyNames")
    void aDatabaseWithoutANameIsRefusedAtOnce(ThrowingCallable word) {
        assertThatThrownBy(word)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a database's name is not empty and holds no NUL");
    }

    /** How long a name may be only the engine knows, and in which encoding. */
    @Test
    void aLongNameIsTheEnginesToRefuse() {
        assertThatCode(() -> assertThat(
                                RestoreRequest.of(ID).into("x".repeat(64)).database())
                        .isPresent())
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "No Such", "../x", "_check"})
    void whatIsNoProjectsNameIsSaidWhereBackupsAreListed(String name) {
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at("memory:x"))
                .storage(new InMemoryStorageProvider())
                .build()) {
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> codeb.catalog().list(name),
                    () -> codeb.catalog().latest(name),
                    () -> new BackupRef("default", name, ID))) {
                assertThatThrownBy(call)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("a project's name is made of a-z, 0-9, - and _, not '" + name + "'");
            }
        }
    }

    @Test
    void aDatabaseTakesMoreThanNoTime() {
        assertThatThrownBy(() -> CreateRequest.of("shop", "copy").timeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DropRequest.of("shop", "copy").timeout(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aQueryWithoutRowsOrTimeIsRefusedAtOnce() {
        QueryRequest query = QueryRequest.of("shop", "SELECT 1");
        assertThatThrownBy(() -> query.limit(0)).hasMessageContaining("at least one row");
        assertThatThrownBy(() -> query.timeout(Duration.ZERO)).hasMessageContaining("timeout");
    }
}
