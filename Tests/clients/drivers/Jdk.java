import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The driver for the JDK's own HttpClient with its default settings, which offers h2c with each request.
 *
 * <p>The JDK has no JSON. A line of the input has method, URL, body in base64, then names and values of fields, all
 * with tabs between. A line of the output has status, body in base64, then names and values of fields.
 */
public class Jdk {
    public static void main(String[] arguments) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = input.readLine()) != null; ) {
            String[] words = line.split("\t", -1);
            byte[] body = Base64.getDecoder().decode(words[2]);
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(words[1]));
            request.method(words[0], body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
            for (int at = 3; at + 1 < words.length; at += 2) {
                request.header(words[at], words[at + 1]);
            }
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            StringBuilder output = new StringBuilder();
            output.append(response.statusCode()).append('\t').append(Base64.getEncoder().encodeToString(response.body()));
            response.headers().map().forEach((name, values) ->
                output.append('\t').append(name).append('\t').append(String.join(", ", values)));
            System.out.println(output);
        }
    }
}
