// Slack's short names of common emoji. A name that isn't here stays as it is written.

const NAMES = `
+1 👍 -1 👎 thumbsup 👍 thumbsdown 👎 raised_hands 🙌 clap 👏 pray 🙏 wave 👋 muscle 💪 ok_hand 👌 handshake 🤝
point_right 👉 point_left 👈 point_up ☝️ point_down 👇 raised_hand ✋ crossed_fingers 🤞 v ✌️ writing_hand ✍️
smile 😄 smiley 😃 grinning 😀 grin 😁 joy 😂 sweat_smile 😅 blush 😊 slightly_smiling_face 🙂 wink 😉
heart_eyes 😍 star-struck 🤩 sunglasses 😎 thinking_face 🤔 neutral_face 😐 expressionless 😑 unamused 😒
confused 😕 slightly_frowning_face 🙁 white_frowning_face ☹️ worried 😟 disappointed 😞 pensive 😔 cry 😢 sob 😭
weary 😩 tired_face 😫 sleeping 😴 relieved 😌 hugging_face 🤗 innocent 😇 partying_face 🥳 exploding_head 🤯
angry 😠 rage 😡 scream 😱 fearful 😨 cold_sweat 😰 persevere 😣 grimacing 😬 zipper_mouth_face 🤐 mask 😷
zany_face 🤪 nerd_face 🤓 upside_down_face 🙃 face_with_rolling_eyes 🙄 shushing_face 🤫 relaxed ☺️ robot_face 🤖
heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 broken_heart 💔 sparkling_heart 💖
tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 trophy 🏆 medal 🏅 first_place_medal 🥇 sparkles ✨ star ⭐ star2 🌟
dizzy 💫 fire 🔥 zap ⚡ boom 💥 rocket 🚀 100 💯 dart 🎯 bulb 💡 seedling 🌱 herb 🌿 evergreen_tree 🌲 cactus 🌵
sunflower 🌻 rose 🌹 tulip 🌷 cherry_blossom 🌸 four_leaf_clover 🍀 maple_leaf 🍁 mountain ⛰️ moyai 🗿 rock 🪨
sunny ☀️ partly_sunny ⛅ sun_behind_cloud ⛅ mostly_sunny 🌤️ barely_sunny 🌥️ cloud ☁️ rain_cloud 🌧️
partly_sunny_rain 🌦️ thunder_cloud_and_rain ⛈️ lightning 🌩️ snowflake ❄️ snow_cloud 🌨️ rainbow 🌈 umbrella ☔
ocean 🌊 sunrise 🌅 crescent_moon 🌙 palm_tree 🌴 beach_with_umbrella 🏖️ airplane ✈️ house 🏠 office 🏢
coffee ☕ tea 🍵 beer 🍺 pizza 🍕 cake 🍰 birthday 🎂 apple 🍎 cookie 🍪 popcorn 🍿
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ heavy_plus_sign ➕
warning ⚠️ exclamation ❗ question ❓ grey_question ❔ bangbang ‼️ no_entry ⛔ no_entry_sign 🚫 construction 🚧
octagonal_sign 🛑 rotating_light 🚨 red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢
large_blue_circle 🔵 white_circle ⚪ black_circle ⚫ large_green_square 🟩 large_yellow_square 🟨 large_red_square 🟥
large_orange_square 🟧 white_large_square ⬜ black_large_square ⬛ small_blue_diamond 🔹 small_orange_diamond 🔸
arrow_up ⬆️ arrow_down ⬇️ arrow_right ➡️ arrow_left ⬅️ arrow_upper_right ↗️ arrow_lower_right ↘️ arrow_forward ▶️
arrows_counterclockwise 🔄 repeat 🔁 leftwards_arrow_with_hook ↩️ double_vertical_bar ⏸️ fast_forward ⏩
zero 0️⃣ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟
bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 clipboard 📋 memo 📝 pencil ✏️ pencil2 ✏️
calendar 📆 date 📅 spiral_calendar_pad 🗓️ alarm_clock ⏰ hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️
clock9 🕘 bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 speech_balloon 💬 thought_balloon 💭 eyes 👀 eye 👁️ ear 👂 brain 🧠
email ✉️ envelope ✉️ incoming_envelope 📨 inbox_tray 📥 outbox_tray 📤 package 📦 file_folder 📁 books 📚 book 📖
bookmark 🔖 link 🔗 paperclip 📎 pushpin 📌 round_pushpin 📍 triangular_flag_on_post 🚩 checkered_flag 🏁
lock 🔒 unlock 🔓 key 🔑 closed_lock_with_key 🔐 shield 🛡️ gear ⚙️ wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️
mag 🔍 telescope 🔭 microscope 🔬 compass 🧭 world_map 🗺️ jigsaw 🧩 scales ⚖️ wastebasket 🗑️ recycle ♻️
computer 💻 iphone 📱 bug 🐛 snail 🐌 turtle 🐢 bee 🐝 owl 🦉 dog 🐶 cat 🐱 unicorn_face 🦄 ghost 👻 skull 💀
bust_in_silhouette 👤 busts_in_silhouette 👥 information_source ℹ️ new 🆕 soon 🔜 end 🔚 copyright ©️ crown 👑
`;

const SYMBOLS = new Map();
const words = NAMES.trim().split(/\s+/);
for (let at = 0; at < words.length; at += 2) SYMBOLS.set(words[at], words[at + 1]);

/** The symbol of a short name without its colons, or undefined. */
export const symbol = (name) => SYMBOLS.get(name);

/** Puts symbols where a text has `:short_names:`. */
export const withSymbols = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => symbol(name) ?? whole);
