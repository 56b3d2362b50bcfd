Feature: People get an account

  Scenario: Somebody new
    Given a directory with 2 people
    When the client provides jane
    Then the directory has 3 people
    And there is nothing to mend
