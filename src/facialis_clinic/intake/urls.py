"""The addresses of this app."""

from django.urls import path

from facialis_clinic.intake.views import diary, interview, medicines, scales

app_name = "intake"
urlpatterns = [
    path("of/<uuid:person_id>/", interview.home, name="home"),
    path("of/<uuid:person_id>/begin/", interview.begin, name="begin"),
    path("of/<uuid:person_id>/diary/", diary.diary, name="diary"),
    path("of/<uuid:person_id>/scales/", scales.scales, name="scales"),
    path("of/<uuid:person_id>/scales/<slug:name>/", scales.scale, name="scale"),
    path("of/<uuid:person_id>/medicines/", medicines.medicines, name="medicines"),
    path("of/<uuid:person_id>/medicines/asked/", medicines.asked, name="asked"),
    path("of/<uuid:person_id>/medicines/reconcile/", medicines.reconcile, name="reconcile"),
    path("medicines/<uuid:medicine_id>/end/", medicines.end, name="end_medicine"),
    path("scales/<uuid:scale_id>/", scales.scored, name="scored"),
    path("diary/<uuid:entry_id>/", diary.entry, name="entry"),
    path("diary/<uuid:entry_id>/undo/", diary.undo, name="undo"),
    path("<uuid:interview_id>/", interview.question, name="question"),
    path("<uuid:interview_id>/stop/", interview.stop, name="stop"),
    path("<uuid:interview_id>/finish/", interview.finish, name="finish"),
    path("<uuid:interview_id>/done/", interview.done, name="done"),
]
