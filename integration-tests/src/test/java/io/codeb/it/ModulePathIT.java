package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.CodeB;
import io.codeb.age.AgeCodecProvider;
import io.codeb.deploy.DeployGuard;
import io.codeb.error.CodeBException;
import io.codeb.json.BackupView;
import io.codeb.mail.MailChannelProvider;
import io.codeb.micrometer.BackupMetrics;
import io.codeb.podman.PodmanRuntimeProvider;
import io.codeb.postgresql.PostgresEngineProvider;
import io.codeb.schedule.jdbc.ClusteredSchedule;
import io.codeb.server.CodebServer;
import io.codeb.storage.local.LocalStorageProvider;
import io.codeb.storage.s3.S3StorageProvider;
import io.codeb.tck.storage.StorageContract;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jars as modules: this runs behind the packaging, where there are jars. */
class ModulePathIT {
    private static final Map<Class<?>, String> NAMES = Map.ofEntries(
            Map.entry(CodeBException.class, "io.codeb.spi"),
            Map.entry(CodeB.class, "io.codeb"),
            Map.entry(PostgresEngineProvider.class, "io.codeb.postgresql"),
            Map.entry(PodmanRuntimeProvider.class, "io.codeb.podman"),
            Map.entry(LocalStorageProvider.class, "io.codeb.storage.local"),
            Map.entry(S3StorageProvider.class, "io.codeb.storage.s3"),
            Map.entry(AgeCodecProvider.class, "io.codeb.age"),
            Map.entry(MailChannelProvider.class, "io.codeb.mail"),
            Map.entry(BackupMetrics.class, "io.codeb.micrometer"),
            Map.entry(ClusteredSchedule.class, "io.codeb.schedule.jdbc"),
            Map.entry(DeployGuard.class, "io.codeb.deploy"),
            Map.entry(BackupView.class, "io.codeb.json"),
            Map.entry(CodebServer.class, "io.codeb.server"),
            Map.entry(StorageContract.class, "io.codeb.tck"));

    private static Path jarOf(Class<?> member) {
        try {
            Path jar = Path.of(
                    member.getProtectionDomain().getCodeSource().getLocation().toURI());
            assertThat(jar).as("what %s is in", member).isRegularFile();
            return jar;
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static ModuleReference moduleOf(Path jar) {
        Set<ModuleReference> found = ModuleFinder.of(jar).findAll();
        assertThat(found).hasSize(1);
        return found.iterator().next();
    }

    @Test
    void eachJarHasTheNameThatIsDocumented() {
        NAMES.forEach((member, name) ->
                assertThat(moduleOf(jarOf(member)).descriptor().name()).isEqualTo(name));
    }

    @Test
    void noneIsAnAutomaticModuleAndNoneShowsWhatIsInternal() {
        for (Class<?> member : NAMES.keySet()) {
            ModuleDescriptor descriptor = moduleOf(jarOf(member)).descriptor();
            assertThat(descriptor.isAutomatic()).as(descriptor.name()).isFalse();
            assertThat(descriptor.exports())
                    .filteredOn(exported -> !exported.isQualified())
                    .extracting(ModuleDescriptor.Exports::source)
                    .noneMatch(name -> name.contains(".internal"));
        }
    }

    @Test
    void besideEachJarAreItsSourcesAndItsJavadoc() {
        for (Class<?> member : NAMES.keySet()) {
            String jar = jarOf(member).toString();
            assertThat(entriesOf(jar.replaceFirst("\\.jar$", "-sources.jar")))
                    .contains(member.getName().replace('.', '/') + ".java");
            assertThat(entriesOf(jar.replaceFirst("\\.jar$", "-javadoc.jar")))
                    .contains(NAMES.get(member) + "/" + member.getName().replace('.', '/') + ".html");
        }
    }

    private static List<String> entriesOf(String jar) {
        try (JarFile file = new JarFile(jar)) {
            return file.stream().map(JarEntry::getName).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void noPackageIsInTwoJars() {
        Set<String> seen = new HashSet<>();
        for (Class<?> member : NAMES.keySet()) {
            for (String each : moduleOf(jarOf(member)).descriptor().packages()) {
                assertThat(seen.add(each)).as(each).isTrue();
            }
        }
    }

    @Test
    void theyFindEachOtherOnAModulePath() throws ClassNotFoundException {
        // Testcontainers, which has the same packages in two jars, is no dependency of CodeB's.
        Path[] jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(Files::isRegularFile)
                .filter(jar -> !jar.toString().contains("testcontainers"))
                .toArray(Path[]::new);
        Configuration configuration = ModuleLayer.boot()
                .configuration()
                .resolveAndBind(ModuleFinder.of(jars), ModuleFinder.of(), Set.of("io.codeb"));

        ModuleLayer layer =
                ModuleLayer.boot().defineModulesWithOneLoader(configuration, ClassLoader.getPlatformClassLoader());

        assertThat(providersOf("storage.StorageProvider", layer)).contains(LocalStorageProvider.class.getName());
        assertThat(providersOf("runtime.RuntimeProvider", layer)).contains(PodmanRuntimeProvider.class.getName());
        assertThat(providersOf("engine.DatabaseEngineProvider", layer))
                .containsExactly(PostgresEngineProvider.class.getName());
        assertThat(providersOf("codec.CodecProvider", layer))
                .contains(AgeCodecProvider.class.getName())
                .hasSize(4);
        assertThat(providersOf("alert.AlertChannelProvider", layer))
                .contains(MailChannelProvider.class.getName())
                .hasSize(5);
    }

    /** As docs/embedding.md says it. */
    @Test
    void aJvmWithThemOnItsModulePathBacksUp(@TempDir Path directory) throws Exception {
        String jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Files.isRegularFile(Path.of(entry)) && !entry.contains("testcontainers"))
                .collect(Collectors.joining(File.pathSeparator));
        Process guest = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--module-path",
                        jars,
                        "--add-modules",
                        "io.codeb",
                        "--class-path",
                        Path.of(GuestApplication.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI())
                                .toString(),
                        GuestApplication.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(guest.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(guest.waitFor()).as(said).isZero();
        assertThat(said).contains("backed up 700000 bytes, whole true");
    }

    private static List<String> providersOf(String service, ModuleLayer layer) throws ClassNotFoundException {
        Class<?> type = layer.findLoader("io.codeb.spi").loadClass("io.codeb.spi." + service);
        return ServiceLoader.load(layer, type).stream()
                .map(provider -> provider.type().getName())
                .toList();
    }
}
