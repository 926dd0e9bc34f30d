"""Where each place of the desk is."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from replique.web.views import (
    agreeing,
    agreements,
    case_contents,
    case_leaving,
    cases,
    hearing,
    home,
    invited,
    keys,
    listen,
    members,
    occurrences,
    preferences,
    refusals,
    scans,
    takes,
    uses,
)

app_name = "desk"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("language/", preferences.language, name="language"),
    path("name/", preferences.name, name="name"),
    path("takes/", takes.takes, name="takes"),
    path("takes/performers/", takes.add_performer, name="add-performer"),
    path("takes/upload/", takes.upload, name="upload"),
    path("takes/<int:number>/withdraw/", takes.withdraw, name="withdraw-take"),
    path("takes/<int:number>/restore/", takes.restore, name="restore-take"),
    path("takes/<int:number>/sound.flac", hearing.take_sound, name="take-sound"),
    path("takes/<int:number>/waveform.svg", hearing.take_waveform, name="take-waveform"),
    path("scans/", scans.scans, name="scans"),
    path("scans/start/", scans.start, name="start-scan"),
    path("scans/<int:number>/", scans.scan, name="scan"),
    path("scans/<int:number>/progress/", scans.progress, name="scan-progress"),
    path("scans/<int:number>/stop/", scans.stop, name="stop-scan"),
    path("scans/<int:number>/again/", scans.again, name="scan-again"),
    path("occurrences/", occurrences.occurrences, name="occurrences"),
    path("occurrences/<int:number>/", listen.listen, name="listen"),
    path("occurrences/<int:number>/judge/", listen.judge, name="judge"),
    path("occurrences/<int:number>/why/", listen.why, name="why"),
    path("occurrences/<int:number>/use/", uses.describe, name="describe-use"),
    path("occurrences/<int:number>/use/answer/", uses.suppose, name="suppose"),
    path("uses/<str:use>/", uses.use, name="use"),
    path("uses/<str:use>/change/", uses.change, name="change-use"),
    path("uses/<str:use>/answer/", uses.suppose_change, name="suppose-use"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/begin/", agreeing.begin, name="begin-agreement"),
    path("agreements/new/<str:performer>/", agreeing.new, name="new-agreement"),
    path("agreements/of/<str:agreement>/", agreements.agreement, name="agreement"),
    path("agreements/of/<str:agreement>/state/", agreements.change, name="change-agreement"),
    path("agreements/of/<str:agreement>/papers/", agreements.attach, name="attach-paper"),
    path("agreements/of/<str:agreement>/papers/<str:sha256>/", agreements.paper, name="paper"),
    path("agreements/of/<str:agreement>/private/", agreements.testimony, name="private"),
    path("occurrences/<int:number>/pictures/", hearing.pictures, name="pictures"),
    path("occurrences/<int:number>/<str:part>.png", hearing.picture, name="picture"),
    path("occurrences/<int:number>/<str:part>.flac", hearing.sound, name="sound"),
]

# a committee's alone; which of allauth's pages there are, replique.web.committee_door says
urlpatterns += [
    path("invitation/<str:code>/", invited.invitation, name="invitation"),
    path("account/", include("allauth.urls")),
]

handler404 = refusals.missing
handler500 = refusals.broken
