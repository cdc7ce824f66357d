"""files.*: uploading in two steps; a file can be shown a moment after that."""

from typing import Any

from bot.playground.chat import writable
from bot.playground.methods import Call, ids, method, need
from bot.playground.world import BOT_USER, SlackError, World

READY_SECONDS = 2.0  # Slack processes a picture first; until then a block that shows it is refused
IN_WORK = "slack file is still being processed"


@method("files.getUploadURLExternal", scope="files:write", tier=100)
def get_upload_url(call: Call) -> dict[str, Any]:
    name, length = need(call.args, "filename"), int(need(call.args, "length"))
    file_id = call.world.next_id("F")
    file = {"id": file_id, "name": name, "title": name, "size": length, "alt_txt": call.args.get("alt_txt") or ""}
    call.world.files[file_id] = {**file, "ready_at": None, "content": None}
    return {"upload_url": f"{call.api.url}/upload/{file_id}", "file_id": file_id}


def store(world: World, file_id: str, content: bytes) -> None:
    """Take the bytes; raise file_not_found, or file_upload_size_mismatch for another length than announced."""
    file = world.files.get(file_id)
    if file is None:
        raise SlackError("file_not_found")
    if len(content) != file["size"]:
        raise SlackError("file_upload_size_mismatch")
    file["content"] = content


@method("files.completeUploadExternal", scope="files:write", tier=100)
def complete_upload(call: Call) -> dict[str, Any]:
    done = []
    for wanted in need(call.args, "files"):
        file = call.world.files.get(wanted["id"])
        if file is None or file["content"] is None:
            raise SlackError("file_not_found")
        file["title"] = wanted.get("title") or file["name"]
        file["ready_at"] = call.world.machine_now() + READY_SECONDS
        done.append(file_json(file))
    for target in ids(call.args, "channels") or ids(call.args, "channel_id"):
        channel = writable(call, target)
        text, thread_ts = call.args.get("initial_comment") or "", call.args.get("thread_ts")
        call.world.post(channel.id, BOT_USER, text, files=done, thread_ts=thread_ts)
    return {"files": done}


def file_json(file: dict[str, Any]) -> dict[str, Any]:
    kept = ("id", "name", "title", "size", "alt_txt")
    return {k: file[k] for k in kept} | {"url_private": f"/files/{file['id']}"}


def is_ready(world: World, file_id: str) -> bool:
    file = world.files.get(file_id)
    return bool(file and file["ready_at"] is not None and world.machine_now() >= file["ready_at"])
