package io.llmcost.calculator.pricebook;

import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.jpa.EntityManagerFactoryBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/**
 * Hibernate on demand: pricing has no use for it, so the first caller who lists or sets prices
 * waits for it, and not every start. Spring makes its own factory bean early even where it is lazy.
 */
@Configuration(proxyBeanMethods = false)
class AdministrationConfiguration {

  @Bean(destroyMethod = "close")
  @Lazy
  EntityManagerFactory entityManagerFactory(
      EntityManagerFactoryBuilder builder, DataSource database) {
    LocalContainerEntityManagerFactoryBean factory =
        builder
            .dataSource(database)
            .packages(PriceRow.class.getPackageName())
            .persistenceUnit("pricebook")
            .build();
    factory.afterPropertiesSet();
    return Objects.requireNonNull(factory.getObject());
  }

  @Bean
  static BeanFactoryPostProcessor transactionsOnDemand() {
    return beans -> {
      for (String name :
          List.of(
              "jpaSharedEM_entityManagerFactory", "transactionManager", "transactionTemplate")) {
        if (beans.containsBeanDefinition(name)) {
          beans.getBeanDefinition(name).setLazyInit(true);
        }
      }
    };
  }
}
