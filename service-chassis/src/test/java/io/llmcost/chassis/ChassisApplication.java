package io.llmcost.chassis;

import io.llmcost.chassis.problem.ConflictException;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.chassis.problem.NotFoundException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.security.Principal;
import java.util.Map;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A service with one endpoint of each kind, to see what the chassis makes of them. */
@SpringBootApplication(
    exclude = KafkaAutoConfiguration.class,
    excludeName = "io.llmcost.chassis.kafka.KafkaAutoConfiguration")
class ChassisApplication {

  record Thing(@NotBlank String someName, int count) {}

  @RestController
  static class Things {
    @GetMapping("/v1/things/{id}")
    Map<String, Object> one(@PathVariable int id, @RequestParam int size) {
      return switch (id) {
        case 404 -> throw new NotFoundException("no thing 404; GET /v1/things lists them");
        case 400 -> throw new InvalidRequestException("id", "400 is no thing's id");
        case 409 -> throw new ConflictException("id", "409 is taken");
        case 500 -> throw new IllegalStateException("secret detail");
        default -> Map.of("id", id, "size", size);
      };
    }

    @PostMapping("/v1/things")
    @PreAuthorize("hasAuthority('prices:write')")
    Map<String, String> add(@Valid @RequestBody Thing thing, Principal caller) {
      return Map.of("added", thing.someName(), "by", caller.getName());
    }
  }
}
