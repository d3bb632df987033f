import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Prints each alert of Outcry that is told, once: time, state, service, headline. Ends on Ctrl-C or SIGTERM.
 *
 * <p>BROKERS=localhost:9092 GROUP=my-team java -cp 'jars/*' Consumer.java
 */
public final class Consumer {
  /** Ids of the last 10,000 alerts. */
  private static final Map<String, Boolean> seen = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > 10_000;
    }
  };

  public static void main(String[] args) throws Exception {
    var out = new PrintStream(System.out, true, UTF_8);
    var json = new ObjectMapper();
    var env = System.getenv();
    var consumer = new KafkaConsumer<>(
        Map.<String, Object>of(
            "bootstrap.servers", env.getOrDefault("BROKERS", "localhost:9092"),
            "group.id", env.getOrDefault("GROUP", "outcry-example"),
            "isolation.level", "read_committed", // what an aborted transaction left is never seen
            "auto.offset.reset", "earliest"),
        new StringDeserializer(),
        new ByteArrayDeserializer());
    var main = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      consumer.wakeup();
      try {
        main.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }));
    try (consumer) {
      consumer.subscribe(List.of("outcry.alerts"));
      while (true) {
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          if (seen.put(header(record, "ce_id"), true) != null) continue;
          // what is linked to another alert, or only noted, is nobody's news
          var told = record.headers().lastHeader("ce_told");
          if (told != null && new String(told.value(), UTF_8).equals("false")) continue;
          var alert = json.readTree(record.value());
          out.printf(
              "%s %s %s %s%n",
              header(record, "ce_time"),
              alert.at("/incident/state").asText(),
              alert.at("/service/id").asText(),
              alert.at("/headline").asText());
        }
      }
    } catch (WakeupException stopping) {
      // the consumer is closed by now, with its offsets committed
    }
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
