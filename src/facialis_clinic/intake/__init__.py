"""What the patient tells: the questionnaire, the scales, the diary, medicines and allergies."""
