import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends each line of a file as one record, as a careful Java developer would: batches of 256 KiB, lz4, 20 ms to wait.
 * Arguments: brokers, topic, file. Prints how many were sent, once a second and at the end.
 */
public final class PeerProducer {
  public static void main(String[] args) throws Exception {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("acks", "all");
    settings.put("linger.ms", "20");
    settings.put("batch.size", String.valueOf(256 << 10));
    settings.put("buffer.memory", String.valueOf(64 << 20));
    settings.put("compression.type", "lz4");
    long sent = 0;
    long told = System.nanoTime();
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        BufferedInputStream in = new BufferedInputStream(new FileInputStream(args[2]), 1 << 20)) {
      byte[] buffer = new byte[1 << 20];
      int held = 0;
      for (int read; (read = in.read(buffer, held, buffer.length - held)) > 0; ) {
        int end = held + read;
        int start = 0;
        for (int i = held; i < end; i++) {
          if (buffer[i] != '\n') continue;
          byte[] line = new byte[i - start];
          System.arraycopy(buffer, start, line, 0, line.length);
          producer.send(new ProducerRecord<>(args[1], line));
          sent++;
          start = i + 1;
        }
        held = end - start;
        System.arraycopy(buffer, start, buffer, 0, held);
        if (System.nanoTime() - told > 1_000_000_000L) {
          told = System.nanoTime();
          System.out.println(sent);
        }
      }
    }
    System.out.println(sent);
  }
}
