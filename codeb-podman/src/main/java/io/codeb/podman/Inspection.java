package io.codeb.podman;

import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.NetworkSettings;
import com.github.dockerjava.api.model.Ports;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerInfo.Health;
import io.codeb.spi.runtime.ContainerInfo.PublishedPort;
import io.codeb.spi.runtime.ContainerInfo.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** Reads what the API says of a container. Any of it may be missing. */
final class Inspection {
    /** In microseconds: the kernel's, where no other is said. */
    private static final double USUAL_PERIOD = 100_000;

    private static final Pattern PROCESSORS = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");

    private Inspection() {}

    static ContainerInfo of(InspectContainerResponse answer) {
        ContainerConfig config = answer.getConfig();
        Map<String, String> labels = config == null ? null : config.getLabels();
        String name = text(answer.getName());
        ContainerInfo info = ContainerInfo.of(
                        text(answer.getId()),
                        name.startsWith("/") ? name.substring(1) : name,
                        config == null ? "" : text(config.getImage()),
                        text(answer.getImageId()),
                        state(answer.getState()))
                .withHealth(health(answer.getState()))
                .withNetwork(ports(answer.getNetworkSettings()), addresses(answer.getNetworkSettings()))
                .withLabels(labels == null ? Map.of() : labels);
        OptionalDouble cpus = cpus(answer.getHostConfig());
        info = cpus.isPresent() ? info.withCpus(cpus.getAsDouble()) : info;
        Long status = answer.getState() == null ? null : answer.getState().getExitCodeLong();
        return info.state() == State.STOPPED && status != null ? info.withExitStatus(status.intValue()) : info;
    }

    private static State state(InspectContainerResponse.@Nullable ContainerState state) {
        String status = state == null ? "" : text(state.getStatus()).toLowerCase(Locale.ROOT);
        return switch (status) {
            case "created", "configured", "initialized" -> State.CREATED;
            case "running" -> State.RUNNING;
            case "paused" -> State.PAUSED;
            case "exited", "stopped", "stopping", "dead", "removing" -> State.STOPPED;
            default -> State.OTHER;
        };
    }

    private static Health health(InspectContainerResponse.@Nullable ContainerState state) {
        HealthState health = state == null ? null : state.getHealth();
        String status = health == null ? "" : text(health.getStatus()).toLowerCase(Locale.ROOT);
        return switch (status) {
            case "starting" -> Health.STARTING;
            case "healthy" -> Health.HEALTHY;
            case "unhealthy" -> Health.UNHEALTHY;
            default -> Health.NONE;
        };
    }

    private static List<PublishedPort> ports(@Nullable NetworkSettings network) {
        Ports ports = network == null ? null : network.getPorts();
        if (ports == null || ports.getBindings() == null) {
            return List.of();
        }
        List<PublishedPort> published = new ArrayList<>();
        for (Map.Entry<ExposedPort, Ports.Binding[]> entry : ports.getBindings().entrySet()) {
            Ports.Binding[] bindings = entry.getValue();
            for (Ports.Binding binding : bindings == null ? new Ports.Binding[0] : bindings) {
                String hostPort = text(binding.getHostPortSpec());
                if (hostPort.matches("[1-9][0-9]{0,4}")) {
                    String address = text(binding.getHostIp());
                    published.add(new PublishedPort(
                            entry.getKey().getPort(),
                            entry.getKey().getProtocol().name().toLowerCase(Locale.ROOT),
                            address.isEmpty() ? "0.0.0.0" : address,
                            Integer.parseInt(hostPort)));
                }
            }
        }
        return published;
    }

    private static Map<String, String> addresses(@Nullable NetworkSettings network) {
        Map<String, String> addresses = new HashMap<>();
        Map<String, ContainerNetwork> networks = network == null ? null : network.getNetworks();
        if (networks != null) {
            networks.forEach((name, settings) -> {
                String address = settings == null ? "" : text(settings.getIpAddress());
                if (!address.isEmpty()) {
                    addresses.put(name, address);
                }
            });
        }
        return addresses;
    }

    /** The tightest of its limits: a share of time, as one number or as two, and which processors it may use at all. */
    private static OptionalDouble cpus(@Nullable HostConfig host) {
        if (host == null) {
            return OptionalDouble.empty();
        }
        double share = number(host.getNanoCPUs()) / 1e9;
        double period = number(host.getCpuPeriod());
        double quota = number(host.getCpuQuota()) / (period > 0 ? period : USUAL_PERIOD);
        return DoubleStream.of(share, quota, processors(text(host.getCpusetCpus())))
                .filter(most -> most > 0)
                .min();
    }

    private static double number(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    /** How many a list such as {@code 0-2,7} names; 0 for none, and for what is no such list. */
    private static int processors(String list) {
        int count = 0;
        for (String range : list.isEmpty() ? new String[0] : list.split(",", -1)) {
            Matcher ends = PROCESSORS.matcher(range.strip());
            if (!ends.matches()) {
                return 0;
            }
            int first = Integer.parseInt(ends.group(1));
            int last = ends.group(2) == null ? first : Integer.parseInt(ends.group(2));
            count += Math.max(0, last - first + 1);
        }
        return count;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
