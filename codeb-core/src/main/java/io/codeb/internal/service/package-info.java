/** The services behind the facade: they bring engines, runtimes and the repository together. */
@NullMarked
package io.codeb.internal.service;

import org.jspecify.annotations.NullMarked;
