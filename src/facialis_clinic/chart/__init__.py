"""What is known of a person, on one page: the timeline, the examination room, the assessment and its release."""
