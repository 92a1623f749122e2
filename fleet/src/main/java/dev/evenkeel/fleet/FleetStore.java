package dev.evenkeel.fleet;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the members of a fleet meet: for each dependency one shared record, and one report of each
 * member. It understands neither; what it must do well is to replace the shared record only for
 * whoever knows its present version, and to tell how old things are by one clock, its own.
 *
 * <p>Called on threads that may block, by many processes at once. May throw whatever it likes, and
 * may hang: it is interrupted then and not waited for. Nothing that is kept here is needed for
 * longer than a minute, but for the turns of nodes that start: those for as long as such a node
 * waits, 10 minutes by default. All of it may get lost. An implementation is held against
 * {@code FleetStoreContract} of {@code evenkeel-testkit-junit}.
 */
public interface FleetStore {

  /** The longest text that has to be kept. */
  int MOST_CHARACTERS = 1000;

  /** The longest name of a dependency, and of a member. */
  int MOST_NAME_CHARACTERS = 200;

  /**
   * The shared record of a dependency.
   *
   * @param version changes with each replacement and is never the same again; 0 if there is no
   *     record
   * @param text what was written; empty if there is no record
   * @param age since it was written, by the store's clock; 0 or more
   */
  record Shared(long version, String text, Duration age) {

    /** There is none. */
    public static final Shared NONE = new Shared(0, "", Duration.ZERO);
  }

  /**
   * What a member has reported.
   *
   * @param member who
   * @param text what
   * @param age since it was written, by the store's clock; 0 or more
   */
  record Report(String member, String text, Duration age) {}

  /**
   * Writes a member's report, in the place of its last one, and reads the shared record.
   *
   * @param dependency the dependency's name
   * @param member the member's name
   * @param report what to write; null to write nothing
   * @return the shared record
   * @throws Exception if that is not possible now
   */
  Shared exchange(String dependency, String member, @Nullable String report) throws Exception;

  /**
   * Reads the reports of a dependency's members.
   *
   * @param dependency the dependency's name
   * @param youngerThan older ones are not wanted
   * @return in any order
   * @throws Exception if that is not possible now
   */
  List<Report> reports(String dependency, Duration youngerThan) throws Exception;

  /**
   * Replaces the shared record, if nobody else has meanwhile. That is one step: of any number of
   * members who name the same version only one may succeed.
   *
   * @param dependency the dependency's name
   * @param expectedVersion the version that is to be replaced; 0 if there must be no record
   * @param newVersion the version from then on; not 0
   * @param text what to write
   * @return whether it was replaced
   * @throws Exception if that is not possible now, or it is not known
   */
  boolean replace(String dependency, long expectedVersion, long newVersion, String text)
      throws Exception;

  /**
   * Removes the report of a member that leaves, and those that are long outdated.
   *
   * @param dependency the dependency's name
   * @param member the member's name
   * @param olderThan what is older than that is of members that have not said goodbye
   * @throws Exception if that is not possible now
   */
  void remove(String dependency, String member, Duration olderThan) throws Exception;
}
