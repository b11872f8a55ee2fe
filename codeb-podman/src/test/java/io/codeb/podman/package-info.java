@NullMarked
package io.codeb.podman;

import org.jspecify.annotations.NullMarked;
